import { DewarError } from '../error.ts';
import { lineAt, type Source } from './text.ts';

/** `insert` put in place of `expected` at an offset of the original text. */
export interface Splice {
  readonly start: number;
  readonly expected: string;
  readonly insert: string;
}

/**
 * The text with every splice carried out; all offsets are those of the original. Equal splices count once, insertions
 * at one offset keep their order.
 * @throws DewarError when the text is not what a splice expects, or when two of them overlap.
 */
export function applySplices(source: Source, splices: readonly Splice[]): string {
  const { text } = source;
  const parts: string[] = [];
  let at = 0;
  for (const splice of inOrder(splices)) {
    const { start, expected, insert } = splice;
    if (start < at) throw clash(source, start, 'two changes overlap');
    if (text.slice(start, start + expected.length) !== expected)
      throw clash(source, start, 'the text is not the one that was read');
    parts.push(text.slice(at, start), insert);
    at = start + expected.length;
  }
  return parts.join('') + text.slice(at);
}

/** By offset; at one offset pure insertions come first, so that a replacement there does not overlap them. */
export function inOrder<S extends Splice>(splices: readonly S[]): S[] {
  const seen = new Set<string>();
  const once = splices.filter(({ start, expected, insert }) => {
    const key = `${start} ${expected.length} ${insert}`;
    return !seen.has(key) && seen.add(key);
  });
  const replaces = (splice: S): number => Math.sign(splice.expected.length);
  return once.sort((a, b) => a.start - b.start || replaces(a) - replaces(b));
}

function clash(source: Source, start: number, what: string): DewarError {
  return new DewarError(`${source.path}:${lineAt(source, start)} cannot be edited: ${what}. Run the command again.`);
}
