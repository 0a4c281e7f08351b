import type { Piece } from '../pieces.ts';

/** Puts lines without a name of their own (comments, blank lines) before the piece that they introduce. */
export interface Gathered {
  readonly key: string;
  readonly lines: string[];
}

/** The lines of a text with their ends; the last one gets one too, so that a piece can stand behind it. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => `${line}\n`);
}

/**
 * Cuts lines into pieces where `keyOf` names one: undefined continues the piece before, null introduces the next one.
 * A comment at the very top that a blank line follows is a piece of its own, and so is what ends the text.
 */
export function gather(lines: readonly string[], keyOf: (line: string) => string | null | undefined): Gathered[] {
  const pieces: Gathered[] = [];
  let waiting: string[] = [];
  for (const line of lines) {
    const key = keyOf(line);
    waiting.push(line);
    if (key === null && !endsTop(line, pieces.length, waiting)) continue;
    const last = pieces.at(-1);
    if (key === undefined && last) last.lines.push(...waiting);
    else pieces.push({ key: key ?? 'head', lines: waiting });
    waiting = [];
  }
  return waiting.length > 0 ? [...pieces, { key: 'tail', lines: waiting }] : pieces;
}

function endsTop(line: string, pieces: number, waiting: readonly string[]): boolean {
  return pieces === 0 && line.trim() === '' && waiting.length > 1;
}

/** Keys that name several pieces are made longer by the pieces' own text. */
export function distinct(pieces: readonly Piece[]): Piece[] {
  const count = new Map<string, number>();
  for (const { key } of pieces) count.set(key, (count.get(key) ?? 0) + 1);
  return pieces.map((piece) =>
    count.get(piece.key) === 1 ? piece : { ...piece, key: `${piece.key} ${piece.text.trim()}` },
  );
}
