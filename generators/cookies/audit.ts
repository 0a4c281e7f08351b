import type { Audit } from '../../src/mitigation.ts';
import { applies, evidence } from './evidence.ts';
import { rules } from './rules.ts';

/** How `dewar audit` judges it. */
const audit: Audit = {
  applies,
  unneeded: 'The app sets no cookie: it keeps no session, signs nobody in and calls no set_cookie.',
  evidence,
  rules,
};

export default audit;
