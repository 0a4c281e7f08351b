import type { Severity } from '../mitigation.ts';
import type { AuditReport, Missing } from './run.ts';

/** A finding with the mitigation whose row it is in; faults of suppressions are in the row of none. */
export type Reported = Missing & { readonly mitigation: string };

const ranks: Readonly<Record<Severity, number>> = { high: 0, medium: 1, low: 2 };

/** Every finding that is left, in the order of the rows, faults of suppressions last. */
export function findingsOf({ mitigations, faults }: Pick<AuditReport, 'mitigations' | 'faults'>): Reported[] {
  return [
    ...mitigations.flatMap(({ id, missing }) => missing.map((each) => ({ mitigation: id, ...each }))),
    ...faults.map((each) => ({ mitigation: 'audit', ...each })),
  ];
}

/** True where a severity is the other one or worse. */
export function atLeast(severity: Severity, other: Severity): boolean {
  return ranks[severity] <= ranks[other];
}
