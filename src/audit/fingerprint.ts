import { createHash } from 'node:crypto';
import type { Missing } from './run.ts';

/**
 * Findings with a fingerprint each that survives moved lines: of the rule, the file, the line's text without its
 * spacing, and which of several such lines it is.
 */
export function fingerprinted(found: readonly Omit<Missing, 'fingerprint'>[]): Missing[] {
  const seen = new Map<string, number>();
  return [...found].sort(byPlace).map((each) => {
    const subject = [each.rule, each.file ?? '', (each.text ?? '').replace(/\s+/g, ' ').trim()].join('\n');
    const number = seen.get(subject) ?? 0;
    seen.set(subject, number + 1);
    const fingerprint = createHash('sha256').update(`${subject}\n${number}`).digest('hex').slice(0, 32);
    return { ...each, fingerprint };
  });
}

function byPlace(a: Omit<Missing, 'fingerprint'>, b: Omit<Missing, 'fingerprint'>): number {
  const [first, second] = [a.file ?? '', b.file ?? ''];
  return first < second ? -1 : first > second ? 1 : (a.line ?? 0) - (b.line ?? 0);
}
