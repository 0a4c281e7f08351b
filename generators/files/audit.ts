import type { Audit } from '../../src/mitigation.ts';
import { applies, evidence } from './evidence.ts';
import { rules } from './rules.ts';

/** How `dewar audit` judges it. */
const audit: Audit = {
  applies,
  unneeded: 'No view hands out or stores a file, and no folder of files is open.',
  evidence,
  rules,
};

export default audit;
