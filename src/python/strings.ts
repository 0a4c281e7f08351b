import type { Span } from '../source/text.ts';

/** A string literal of a file as it stands there. */
export interface WrittenString extends Span {
  /** In lower case. */
  readonly prefix: string;
  readonly quotes: '"' | "'" | '"""' | "'''";
  /** Between its quotes. */
  readonly body: Span;
}

const pieces = /#[^\n]*|(?<![\w"'])([a-zA-Z]{0,2})("""|'''|"|')/g;

/** Every string literal, in order; one that never ends is left out. */
export function writtenStrings(text: string): WrittenString[] {
  const found: WrittenString[] = [];
  pieces.lastIndex = 0;
  for (let piece = pieces.exec(text); piece; piece = pieces.exec(text)) {
    const [all, prefix = '', quotes] = piece;
    if (quotes === undefined) continue;
    const start = piece.index + all.length;
    const end = closing(text, start, quotes);
    if (end === undefined) continue;
    found.push({
      start: piece.index,
      end: end + quotes.length,
      prefix: prefix.toLowerCase(),
      quotes: quotes as WrittenString['quotes'],
      body: { start, end },
    });
    pieces.lastIndex = end + quotes.length;
  }
  return found;
}

function closing(text: string, from: number, quotes: string): number | undefined {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(quotes, at)) return at;
    else if (quotes.length === 1 && text[at] === '\n') return undefined;
  }
  return undefined;
}
