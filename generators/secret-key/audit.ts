import type { Audit } from '../../src/mitigation.ts';
import { applies, evidence } from './evidence.ts';
import { rules } from './rules.ts';

/** How `dewar audit` judges it. */
const audit: Audit = {
  applies,
  unneeded: 'Nothing is signed: there is no session, no form token, no signed token and no SECRET_KEY.',
  evidence,
  rules,
};

export default audit;
