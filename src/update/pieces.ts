import { mergeLines, textOf } from './merge.ts';

/**
 * A part of a file that has a name of its own: an entry, a table, an item of a list. The texts of its inner pieces,
 * put together by `join`, are its text.
 */
export interface Piece {
  readonly key: string;
  readonly text: string;
  readonly inner?: readonly Piece[];
  /** Left out: one behind the other. */
  readonly join?: (texts: readonly string[]) => string;
}

/** The three versions of a list of pieces. */
interface Lists {
  readonly base: readonly Piece[];
  readonly mine: readonly Piece[];
  readonly next: readonly Piece[];
}

/**
 * Merges lists of named pieces: what one side adds, changes or takes away holds, wherever it stands. What one side took
 * away and the other changed stays as the user has it. Undefined where both changed one piece, or where a name stands
 * for two pieces.
 */
export function mergePieces(lists: Lists): readonly string[] | undefined {
  const [base, mine, next] = [byKey(lists.base), byKey(lists.mine), byKey(lists.next)];
  if (!base || !mine || !next || replacedTwice(base, mine, next)) return undefined;
  const kept: Kept[] = [];
  for (const piece of lists.mine) {
    const text = keptText(piece, base.get(piece.key), next.get(piece.key));
    if (text === undefined) return undefined;
    if (text !== null) kept.push({ key: piece.key, text });
  }
  return withAdded(kept, lists.next, (key) => mine.has(key) || base.has(key)).map(({ text }) => text);
}

/** The text of a piece that the user has: null where Dewar took it away, undefined where both changed it. */
function keptText(mine: Piece, base: Piece | undefined, next: Piece | undefined): string | null | undefined {
  if (!next) return base?.text === mine.text ? null : mine.text;
  // Blank lines before an entry are nobody's change.
  if (mine.text.trim() === next.text.trim() || base?.text === next.text) return mine.text;
  return base?.text === mine.text ? next.text : bothChanged(mine, base, next);
}

function bothChanged(mine: Piece, base: Piece | undefined, next: Piece): string | undefined {
  if (mine.inner && next.inner && (!base || base.inner)) {
    const texts = mergePieces({ base: base?.inner ?? [], mine: mine.inner, next: next.inner });
    return texts && (mine.join ?? concatenated)(texts);
  }
  const merged = base && mergeLines({ base: base.text, mine: mine.text, next: next.text });
  return merged?.conflicts === 0 ? textOf(merged, 'mine') : undefined;
}

interface Kept {
  readonly key: string;
  readonly text: string;
}

/** Puts what only Dewar has behind what stands before it there. */
function withAdded(kept: readonly Kept[], next: readonly Piece[], isKnown: (key: string) => boolean): readonly Kept[] {
  const pieces = [...kept];
  let before = -1;
  for (const { key, text } of next) {
    const at = pieces.findIndex((each) => each.key === key);
    if (at !== -1) before = at;
    else if (!isKnown(key)) pieces.splice(++before, 0, { key, text });
  }
  return pieces;
}

/** True where both sides put something else in the place of one piece: which of the two is meant only a person knows. */
function replacedTwice(base: Map<string, Piece>, mine: Map<string, Piece>, next: Map<string, Piece>): boolean {
  const gone = [...base.keys()].some((key) => !mine.has(key) && !next.has(key));
  const added = (side: Map<string, Piece>, other: Map<string, Piece>): boolean =>
    [...side.keys()].some((key) => !base.has(key) && !other.has(key));
  return gone && added(mine, next) && added(next, mine);
}

function byKey(pieces: readonly Piece[]): Map<string, Piece> | undefined {
  const map = new Map(pieces.map((piece) => [piece.key, piece]));
  return map.size === pieces.length ? map : undefined;
}

function concatenated(texts: readonly string[]): string {
  return texts.join('');
}
