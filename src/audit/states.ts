import type { Cap, Evidence, Severity } from '../mitigation.ts';

/** What the row of a mitigation can say. */
export const states = ['implemented', 'partial', 'missing', 'n-a', 'unknown'] as const;
export type State = (typeof states)[number];

interface Fault {
  readonly severity: Severity;
  readonly why: string;
  readonly atMost?: Cap;
}

const order: readonly State[] = ['missing', 'partial', 'unknown', 'implemented'];

/**
 * The state that evidence and faults amount to: without evidence nothing is there, and each fault says what the state can
 * be at most. What could not be told hides no fault, and never counts as implemented.
 */
export function judge(implemented: readonly Evidence[], missing: readonly Fault[]): { state: State; reason: string } {
  const [shown] = implemented;
  const caps = missing.map(capOf);
  const state = order.find((each) => caps.includes(each as Cap) || (each === 'missing' && !shown)) ?? 'implemented';
  const faults = missing.filter((each) => capOf(each) !== 'implemented');
  const deciding = faults.filter((each) => capOf(each) === state);
  const worst = (deciding.length > 0 ? deciding : faults).toSorted((a, b) => rank(a) - rank(b))[0];
  if (!worst || state === 'implemented') return { state, reason: shown?.why ?? 'Nothing in the app shows it.' };
  return { state, reason: faults.length === 1 ? worst.why : `${worst.why} And ${more(faults.length - 1)}.` };
}

function more(count: number): string {
  return `${count} more ${count === 1 ? 'finding' : 'findings'}`;
}

function capOf({ atMost, severity }: Fault): Cap {
  return atMost ?? (severity === 'low' ? 'implemented' : 'partial');
}

function rank({ severity }: Fault): number {
  return ['high', 'medium', 'low'].indexOf(severity);
}
