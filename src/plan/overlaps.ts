import type { AppFacts } from '../flask/facts.ts';
import type { Attributed } from '../flask/workbench.ts';
import type { ByHand } from '../mitigation.ts';
import { lineAt, quote } from '../source/text.ts';

/** Changes that can be made together, and those of the same text that are left to a person. */
export interface Sorted {
  readonly splices: readonly Attributed[];
  readonly byHand: readonly (ByHand & { readonly from: string })[];
}

/** Of two different changes of the same text the first is made: none of them must stop the others. */
export function withoutOverlaps({ source }: Pick<AppFacts, 'source'>, wanted: readonly Attributed[]): Sorted {
  const splices: Attributed[] = [];
  const byHand: Sorted['byHand'][number][] = [];
  for (const each of wanted) {
    if (!splices.some((other) => overlap(each, other))) splices.push(each);
    else {
      const { file, start, insert, why, from } = each;
      const text = source(file);
      const place = text && { file, line: lineAt(text, start), text: quote(text, start) };
      const what = `${why} Another change of this line is made already.`;
      byHand.push({ kind: 'by-hand', ...(place && { place }), what, snippet: insert, from: from[0] ?? 'app' });
    }
  }
  return { splices, byHand };
}

function overlap(one: Attributed, other: Attributed): boolean {
  const end = ({ start, expected }: Attributed): number => start + expected.length;
  const same = one.start === other.start && one.expected === other.expected && one.insert === other.insert;
  // Insertions at one offset stand beside each other, also at the edge of a text that is replaced.
  return one.file === other.file && !same && one.start < end(other) && other.start < end(one);
}
