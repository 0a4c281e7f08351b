import { existsSync, readFileSync } from 'node:fs';
import { DewarError, Exit } from '../error.ts';
import type { AuditReport, Missing } from './run.ts';

/** Findings that were there on the day the file was written; only new ones fail a run that is given it. */
export interface Baseline {
  readonly schema: 'dewar/baseline/1';
  readonly findings: readonly Known[];
}

/** What a baseline keeps of a finding: enough to match it, and for a reader to see what is hidden. */
export type Known = Pick<Missing, 'fingerprint' | 'rule' | 'file' | 'line' | 'why'>;

/** The baseline of a report's findings, as text for a file that is committed. */
export function baselineText({ mitigations, faults }: AuditReport): string {
  const found = [...mitigations.flatMap(({ missing }) => missing), ...faults];
  const findings = found.map(({ fingerprint, rule, file, line, why }) => ({
    fingerprint,
    rule,
    ...(file !== undefined && { file, line }),
    why,
  }));
  return `${JSON.stringify({ schema: 'dewar/baseline/1', findings } satisfies Baseline, null, 2)}\n`;
}

/**
 * Reads a baseline.
 * @throws DewarError where there is none, or it is no baseline.
 */
export function readBaseline(file: string): readonly Known[] {
  if (!existsSync(file))
    throw new DewarError(`There is no baseline ${file}: write it with --write-baseline.`, Exit.usage);
  try {
    const { schema, findings } = JSON.parse(readFileSync(file, 'utf8')) as Baseline;
    if (schema === 'dewar/baseline/1' && findings.every(({ fingerprint }) => typeof fingerprint === 'string'))
      return findings;
  } catch {}
  throw new DewarError(`${file} is no baseline of dewar audit: write it anew with --write-baseline.`, Exit.usage);
}
