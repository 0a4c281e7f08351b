import type { Evidence, Severity } from '../mitigation.ts';

export type State = 'implemented' | 'partial' | 'missing' | 'n-a' | 'unknown';

interface Fault {
  readonly severity: Severity;
  readonly why: string;
}

/** The state that evidence and findings amount to: without evidence nothing is there; a low finding takes nothing away. */
export function judge(implemented: readonly Evidence[], missing: readonly Fault[]): { state: State; reason: string } {
  const [shown] = implemented;
  const faults = missing.filter(({ severity }) => severity !== 'low');
  const worst = faults.find(({ severity }) => severity === 'high') ?? faults[0];
  if (!shown) return { state: 'missing', reason: worst?.why ?? 'Nothing in the app shows it.' };
  if (!worst) return { state: 'implemented', reason: shown.why };
  return { state: 'partial', reason: faults.length === 1 ? worst.why : `${worst.why} And ${faults.length - 1} more.` };
}
