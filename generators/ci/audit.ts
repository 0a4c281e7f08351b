import type { Audit } from '../../src/mitigation.ts';
import { applies, evidence } from './evidence.ts';
import { rules } from './rules.ts';

/** How `dewar audit` judges it. */
const audit: Audit = {
  applies,
  evidence,
  rules,
};

export default audit;
