import type { Write } from '../plan/write.ts';
import { inOrder, type Splice } from '../source/splice.ts';
import { plainText } from './merge-file.ts';
import { corrupt } from './record.ts';
import { notePath, readNotes } from './record-files.ts';

/**
 * What the record says of a file that Dewar did not write and edited. Of the file's own text it holds nothing, not even a
 * digest: what was taken out may be a key, and a short one can be guessed from its digest.
 */
export interface EditedFile {
  /** The id by which Git knows the text after the last edit. */
  readonly after: string;
  readonly splices: readonly RecordedSplice[];
}

/** One edit, by what Dewar put there. Places are `LINE:COLUMN`, both from 1. */
export interface RecordedSplice {
  /** Ids of what it is for. */
  readonly from: readonly string[];
  /** Where it stands in the text after the last edit. */
  readonly at: string;
  readonly inserted: string;
  readonly removed?: Removed;
}

/** A text that an edit took out: how long it was and, where it was committed, the text in Git that still has it. */
export interface Removed {
  readonly length: number;
  readonly git?: string;
  readonly at?: string;
}

/** An edit at an offset of a plain text. */
export interface Standing {
  readonly start: number;
  readonly splice: RecordedSplice;
}

/** A splice with the ids of what it is for; without them it is not to be recorded. */
interface Fresh extends Splice {
  readonly from?: readonly string[];
}

/** A change of one file. */
export interface FileEdit {
  readonly before: string;
  readonly after: string;
  readonly splices: readonly Fresh[];
  /** Earlier edits, where they stand before this one. */
  readonly known: readonly Standing[];
  /** Ids of the text before, where Git has it, and after. */
  readonly ids: { readonly before?: string | undefined; readonly after: string };
}

/** What is to be recorded of a file after another edit: earlier ones move along. */
export function afterEdit({ before, after, splices, known, ids }: FileEdit): EditedFile {
  const changes = inOrder(splices.map((each) => plainly(before, each)));
  const standing = [
    ...known.flatMap((each) => carried(each, changes)),
    ...added(changes, plainText(before), ids.before),
  ];
  const text = plainText(after);
  const sorted = standing.sort((a, b) => a.start - b.start);
  return { after: ids.after, splices: sorted.map(({ start, splice }) => ({ ...splice, at: placeAt(text, start) })) };
}

/**
 * What Dewar put into files of the app at `root` that it did not write, by their paths.
 * @throws DewarError when that cannot be understood.
 */
export function readEdits(root: string): ReadonlyMap<string, EditedFile> {
  return readNotes(root, 'edited', { fits: isEditedFile, corrupt });
}

/** The write that records it, one edit a line; a file without edits has no record. */
export function editedWrite(path: string, { after, splices }: EditedFile): Write {
  const lines = splices.map(
    ({ from, at, inserted, removed }) => `    ${JSON.stringify({ from, at, inserted, removed })}`,
  );
  const content = `{\n  "after": ${JSON.stringify(after)},\n  "splices": [\n${lines.join(',\n')}\n  ]\n}\n`;
  return { path: notePath('edited', path), content: splices.length === 0 ? null : content };
}

/** True for what `editedWrite` writes. */
function isEditedFile(note: unknown): note is EditedFile {
  const { after, splices } = (note ?? {}) as Partial<EditedFile>;
  return typeof after === 'string' && Array.isArray(splices) && splices.every(isSplice);
}

function isSplice({ from, at, inserted, removed }: Partial<RecordedSplice>): boolean {
  const isKept = removed === undefined || Number.isInteger(removed.length);
  return Array.isArray(from) && isPlace(at) && typeof inserted === 'string' && isKept;
}

function isPlace(at: unknown): boolean {
  return typeof at === 'string' && /^[1-9]\d*:[1-9]\d*$/.test(at);
}

/** The place of an offset in a plain text. */
export function placeAt(text: string, offset: number): string {
  const above = text.slice(0, offset);
  return `${above.split('\n').length}:${offset - above.lastIndexOf('\n')}`;
}

/** The line on which what was inserted at a place has its first word. */
export function firstLine(place: string, inserted: string): number {
  const blank = /^\s*/.exec(inserted)?.[0] ?? '';
  return Number(place.split(':')[0]) + blank.split('\n').length - 1;
}

/** The offset of a place in a plain text. */
export function offsetOf(text: string, place: string): number {
  const [line = 1, column = 1] = place.split(':').map(Number);
  const above = text.split('\n').slice(0, line - 1);
  return above.reduce((length, each) => length + each.length + 1, 0) + column - 1;
}

function plainly(text: string, each: Fresh): Fresh {
  const start = plainText(text.slice(0, each.start)).length;
  return { ...each, start, expected: plainText(each.expected), insert: plainText(each.insert) };
}

function added(changes: readonly Fresh[], before: string, git: string | undefined): Standing[] {
  let shift = 0;
  return changes.flatMap(({ start, expected, insert, from }) => {
    const known = git === undefined ? {} : { git, at: placeAt(before, start) };
    const removed = expected === '' ? {} : { removed: { length: expected.length, ...known } };
    const now = start + shift;
    shift += insert.length - expected.length;
    return from ? [{ start: now, splice: { from, at: '', inserted: insert, ...removed } }] : [];
  });
}

/** Where an earlier edit stands after later ones; one that these go into is in pieces, and one that they replace is gone. */
function carried({ start, splice }: Standing, changes: readonly Splice[]): Standing[] {
  const end = start + splice.inserted.length;
  const inside = changes.filter((each) => each.start < end && each.start + each.expected.length > start);
  if (inside.some(({ expected }) => expected !== '')) return [];
  const cuts = [start, ...inside.map((each) => each.start), end];
  const { removed, ...rest } = splice;
  return cuts.slice(1).map((cut, index): Standing => {
    const from = cuts[index] ?? start;
    const inserted = splice.inserted.slice(from - start, cut - start);
    return { start: moved(from, changes), splice: { ...rest, inserted, ...(index === 0 && removed && { removed }) } };
  });
}

/** Where the text behind an offset stands after changes. */
function moved(offset: number, changes: readonly Splice[]): number {
  const before = changes.filter(({ start, expected }) => start < offset || (start === offset && expected === ''));
  return before.reduce((at, { expected, insert }) => at + insert.length - expected.length, offset);
}
