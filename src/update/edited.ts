import type { Foreign } from '../plan/foreign.ts';
import { committedTexts } from '../plan/git.ts';
import type { Write } from '../plan/write.ts';
import { readText } from '../source/encoding.ts';
import type { Source } from '../source/text.ts';
import { afterEdit, type EditedFile, editedWrite, placeAt, type RecordedSplice, readEdits } from './edits.ts';
import { bytesAt, idOf, textOf } from './last-add.ts';
import { locate, type Whereabouts } from './locate.ts';
import { plainText } from './merge-file.ts';

/** A file that Dewar edited and did not write, as it is now. */
export interface Standing {
  readonly path: string;
  readonly source: Source;
  readonly found: readonly Found[];
}

/** One of its edits, and where it is by now. */
export interface Found {
  readonly splice: RecordedSplice;
  readonly where: Whereabouts;
}

/** How what `add` put into a file stands now; places are those in the file as it is, or as it was. */
export interface Wiring {
  readonly path: string;
  readonly at: string;
  readonly from: readonly string[];
  readonly inserted: string;
  readonly state: 'whole' | 'changed' | 'removed';
}

/** Looks for recorded edits in a file; undefined where there is no such file any more. */
export function standingIn(root: string, path: string, edited: EditedFile): Standing | undefined {
  const source = readText(root, path);
  if (!source) return undefined;
  const now = plainText(source.text);
  const bytes = bytesAt({ root, folder: '' }, path);
  const once = bytes && idOf(bytes) === edited.after ? source.text : textOf(root, edited.after);
  const places = locate(edited.splices, { now, once: once === undefined ? undefined : plainText(once) });
  const found = edited.splices.map((splice, index): Found => ({ splice, where: places[index] ?? { gone: 'changed' } }));
  return { path, source, found };
}

/** The writes that record edits of files which Dewar did not write. */
export function recordEdits(root: string, edits: Foreign['edited']): Write[] {
  if (edits.length === 0) return [];
  const recorded = readEdits(root);
  const committed = committedTexts(
    root,
    edits.filter(removes).map(({ path }) => path),
  );
  return edits.map(({ path, before, after, content, splices }) => {
    const old = recorded.get(path);
    const bytes = bytesAt({ root, folder: '' }, path);
    const id = bytes && idOf(bytes);
    const git = id !== undefined && committed.has(id) ? id : undefined;
    const found = (old && standingIn(root, path, old)?.found) ?? [];
    const known = found.flatMap(({ splice, where }) => ('start' in where ? [{ start: where.start, splice }] : []));
    const whole = splices.map(({ start, expected, insert, from }) => ({ start, expected, insert, from }));
    const ids = { before: git, after: idOf(Buffer.from(content)) };
    return editedWrite(path, afterEdit({ before, after, splices: whole, known, ids }));
  });
}

/** Only of text that was taken out is it of use where Git still has it. */
function removes({ splices }: Foreign['edited'][number]): boolean {
  return splices.some(({ expected }) => expected !== '');
}

/** How everything that `add` put into the app's own files stands now. */
export function wiringOf(root: string): Wiring[] {
  return [...readEdits(root)].flatMap(([path, edited]) => {
    const standing = standingIn(root, path, edited);
    const now = plainText(standing?.source.text ?? '');
    return edited.splices.map(({ at, from, inserted }, index): Wiring => {
      const where = standing?.found[index]?.where ?? { gone: 'removed' };
      if ('gone' in where) return { path, at, from, inserted, state: where.gone };
      return { path, at: placeAt(now, where.start), from, inserted, state: 'whole' };
    });
  });
}
