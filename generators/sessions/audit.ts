import type { Audit } from '../../src/mitigation.ts';
import { applies, evidence } from './evidence.ts';
import { rules } from './rules.ts';

/** How `dewar audit` judges it. */
const audit: Audit = {
  applies,
  unneeded: 'The app reads and writes no session, flashes no message and signs nobody in.',
  evidence,
  rules,
};

export default audit;
