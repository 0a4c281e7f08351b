import type { Audit } from '../../src/mitigation.ts';
import { applies, evidence } from './evidence.ts';
import { rules } from './rules.ts';

/** How `dewar audit` judges it. */
const audit: Audit = {
  applies,
  unneeded:
    'No form of the app posts, and it keeps no session, sign-in or cookie of its own: nothing speaks for the user.',
  evidence,
  rules,
};

export default audit;
