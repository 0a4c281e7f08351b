import { diffComm } from 'node-diff3';
import { offsetOf, type RecordedSplice } from './edits.ts';

/** Where an edit stands in a text by now, or what has become of it since. */
export type Whereabouts = { readonly start: number } | { readonly gone: 'changed' | 'removed' };

/** A text now and, where it is known, as it was after the edit; both plain. */
export interface Since {
  readonly now: string;
  readonly once: string | undefined;
}

/** What is shorter is found where nobody put it. */
const TELLING = 8;

/**
 * Finds edits again: by their lines where the text is known in which they were made, else by what they put there, where
 * nobody else put that.
 */
export function locate(splices: readonly RecordedSplice[], { now, once }: Since): readonly Whereabouts[] {
  const kept = once === undefined ? undefined : linesKept(once.split('\n'), now.split('\n'));
  const found = splices.map((splice) => (kept ? byLines(splice, now, kept) : { gone: 'changed' as const }));
  return bySearch(splices, found, now);
}

/** Which line each line of an older text is by now, and what has become of the others. */
type Kept = readonly (number | 'changed' | 'removed')[];

function linesKept(once: readonly string[], now: readonly string[]): Kept {
  let line = 0;
  return diffComm([...once], [...now]).flatMap((chunk): Kept => {
    if ('common' in chunk) return chunk.common.map(() => line++);
    line += chunk.buffer2.length;
    const fate = chunk.buffer2.join('').trim() === '' ? 'removed' : 'changed';
    return chunk.buffer1.map(() => fate);
  });
}

function byLines({ at, inserted }: RecordedSplice, now: string, kept: Kept): Whereabouts {
  const [line = 1, column = 1] = at.split(':').map(Number);
  const count = Math.max(1, inserted.split('\n').length - (inserted.endsWith('\n') ? 1 : 0));
  const lines = kept.slice(line - 1, line - 1 + count);
  const [first] = lines;
  const isWhole = typeof first === 'number' && lines.every((each, index) => each === first + index);
  const start = isWhole ? offsetOf(now, `${first + 1}:${column}`) : -1;
  if (isWhole && now.startsWith(inserted, start)) return { start };
  return { gone: lines.every((each) => each === 'removed') ? 'removed' : 'changed' };
}

function bySearch(splices: readonly RecordedSplice[], found: readonly Whereabouts[], now: string): Whereabouts[] {
  const result = [...found];
  const taken = new Set(found.flatMap((each) => ('start' in each ? [each.start] : [])));
  for (const text of new Set(splices.map(({ inserted }) => inserted))) {
    if (text.trim().length < TELLING) continue;
    const lost = splices.flatMap(({ inserted }, index) =>
      inserted === text && !startsIn(result[index]) ? [index] : [],
    );
    const free = occurrences(now, text).filter((start) => !taken.has(start));
    if (free.length > lost.length) continue;
    for (const [index, start] of free.entries()) result[lost[index] ?? -1] = { start };
  }
  return result;
}

function startsIn(found: Whereabouts | undefined): boolean {
  return found !== undefined && 'start' in found;
}

function occurrences(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found.push(at);
  return found;
}
