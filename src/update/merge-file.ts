import { cutOf } from './formats/formats.ts';
import { unsound } from './formats/sound.ts';
import { type LineMerge, mergeLines, type Texts, textOf, wholeConflict } from './merge.ts';
import { mergePieces } from './pieces.ts';
import { type Offered, withoutRejected } from './rejected.ts';

/** Two changes of one file put together; `conflict` says what only a person can decide. */
export type Merged = { readonly text: string } | { readonly conflict: LineMerge; readonly why: string };

/**
 * Merges one file: by lines, then by the pieces that its format has. What comes out is read again by a parser of that
 * format; what makes no sense is a conflict.
 */
export async function mergeFile(path: string, texts: Texts, rejected: readonly Offered[] = []): Promise<Merged> {
  const plain = { base: plainText(texts.base), mine: plainText(texts.mine), next: plainText(texts.next) };
  const lines = withoutRejected(mergeLines(plain), rejected);
  const byLines = lines.conflicts === 0 ? textOf(lines, 'mine') : undefined;
  const problem = byLines === undefined ? undefined : await unsound(path, { mine: plain.mine, merged: byLines });
  if (byLines !== undefined && problem === undefined) return { text: byLines };
  const byPieces = piecewise(path, plain);
  if (byPieces !== undefined && (await unsound(path, { mine: plain.mine, merged: byPieces })) === undefined)
    return { text: byPieces };
  if (problem === undefined) return { conflict: lines, why: 'you and Dewar changed the same lines' };
  return { conflict: wholeConflict(plain), why: `put together, both changes make no sense: ${problem}` };
}

function piecewise(path: string, { base, mine, next }: Texts): string | undefined {
  const cut = cutOf(path);
  const [old, own, fresh] = [cut?.(base), cut?.(mine), cut?.(next)];
  return old && own && fresh ? mergePieces({ base: old, mine: own, next: fresh })?.join('') : undefined;
}

/** Without what says nothing: a byte order mark and Windows line ends. */
export function plainText(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
}

/** A text with the line ends and the byte order mark of another one. */
export function writtenLike(text: string, like: string): string {
  const mark = like.startsWith('\uFEFF') ? '\uFEFF' : '';
  return mark + (like.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text);
}
