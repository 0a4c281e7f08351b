import type { Audit } from '../../src/mitigation.ts';
import { applies, evidence } from './evidence.ts';
import { rules } from './rules.ts';
import { unescaped } from './unescaped.ts';

/** How `dewar audit` judges it. */
const audit: Audit = {
  applies,
  unneeded: 'The app has no HTML template and builds no HTML in its code.',
  evidence,
  rules,
  unescaped,
};

export default audit;
