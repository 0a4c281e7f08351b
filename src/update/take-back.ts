import type { ByHand } from '../mitigation.ts';
import type { Write } from '../plan/write.ts';
import { stored } from '../source/encoding.ts';
import { applySplices, type Splice } from '../source/splice.ts';
import { sourceOf } from '../source/text.ts';
import { type Found, type Standing, standingIn } from './edited.ts';
import { afterEdit, editedWrite, firstLine, offsetOf, placeAt, type Removed, readEdits } from './edits.ts';
import type { UpdatedFile } from './files.ts';
import { unsound } from './formats/sound.ts';
import { idOf, textOf } from './last-add.ts';
import { plainText, writtenLike } from './merge-file.ts';

/** What takes edits back out of files that Dewar did not write. */
export interface TakenBack {
  readonly files: readonly UpdatedFile[];
  readonly writes: readonly Write[];
  /** What cannot be taken back safely, or not at all. */
  readonly byHand: readonly ByHand[];
}

/**
 * Takes back what `add` put into the app's own files, as the record knows it, with what was changed since kept; only what
 * is of these ids alone, where some are named. Text that was taken out comes from Git, if that has it.
 */
export async function takeBack(root: string, ids?: ReadonlySet<string>): Promise<TakenBack> {
  const isWanted = ({ splice }: Found): boolean => ids === undefined || splice.from.every((id) => ids.has(id));
  const files = [...readEdits(root)].flatMap(([path, edited]) => standingIn(root, path, edited) ?? []);
  const wanted = files.filter(({ found }) => found.some(isWanted));
  const all = await Promise.all(wanted.map((file) => takenBack(root, file, isWanted)));
  return {
    files: all.flatMap((each) => each.files),
    writes: all.flatMap((each) => each.writes),
    byHand: all.flatMap((each) => each.byHand),
  };
}

async function takenBack(root: string, file: Standing, isWanted: (found: Found) => boolean): Promise<TakenBack> {
  const { path, source, found } = file;
  const text = plainText(source.text);
  const steps = found.filter(isWanted).map((each) => stepOf(root, file, each));
  const byHand = steps.flatMap((step) => ('what' in step ? [step] : []));
  const splices = withImports(
    path,
    text,
    steps.flatMap((step) => ('start' in step ? [step] : [])),
  );
  const after = applySplices(sourceOf(path, text), splices);
  const problem = await unsound(path, { mine: text, merged: after });
  if (problem !== undefined) return { files: [], writes: [], byHand: [refusal(path, problem)] };
  const content = stored(writtenLike(after, source.text), source.encoding);
  const rest = found.filter((each) => !isWanted(each));
  const known = rest.flatMap(({ splice, where }) => ('start' in where ? [{ start: where.start, splice }] : []));
  const record = afterEdit({ before: text, after, splices, known, ids: { after: idOf(Buffer.from(content)) } });
  const isChanged = after !== text;
  return {
    files: isChanged ? [{ path, state: 'clean', before: source.text, after: writtenLike(after, source.text) }] : [],
    writes: [...(isChanged ? [{ path, content }] : []), editedWrite(path, record)],
    byHand,
  };
}

/** What takes one edit back: a splice of the plain text, a step by hand, or nothing where somebody did it already. */
function stepOf(root: string, { path, source }: Standing, { splice, where }: Found): Splice | ByHand | { none: true } {
  const { inserted, removed, at } = splice;
  const now = plainText(source.text);
  const line = firstLine('start' in where ? placeAt(now, where.start) : at, inserted);
  const quoted = now.split('\n')[line - 1]?.trim() ?? '';
  const place = { file: path, line, text: quoted };
  if ('gone' in where) {
    if (where.gone === 'removed' && !removed) return { none: true };
    const what = `What "dewar add" put here was changed since: take out what is left of it.`;
    return { kind: 'by-hand', place, what, ...(inserted.trim() !== '' && { snippet: inserted.trim() }) };
  }
  const old = removed ? removedText(root, removed) : '';
  if (old !== undefined) return { start: where.start, expected: inserted, insert: old };
  const what = `"dewar add" took out ${removed?.length} characters here, which Git does not have: put back what belongs there.`;
  return { kind: 'by-hand', place, what, snippet: inserted.trim() };
}

function removedText(root: string, { length, git, at }: Removed): string | undefined {
  const text = git === undefined ? undefined : textOf(root, git);
  if (text === undefined || at === undefined) return undefined;
  const plain = plainText(text);
  const start = offsetOf(plain, at);
  return plain.slice(start, start + length);
}

/** An import that code of the app's own uses by now stays. */
function withImports(path: string, text: string, splices: readonly Splice[]): readonly Splice[] {
  if (!path.endsWith('.py')) return splices;
  const rest = applySplices(sourceOf(path, text), splices);
  return splices.map((splice) => {
    if (splice.insert !== '') return splice;
    const imports = splice.expected.match(/^(?:from\s+\S+\s+)?import\s.*\n/gm) ?? [];
    return { ...splice, insert: imports.filter((line) => isUsed(line, rest)).join('') };
  });
}

function isUsed(line: string, text: string): boolean {
  const name = /(\w+)\s*$/.exec(line)?.[1] ?? '';
  return new RegExp(`(?<!import\\s+)\\b${name}\\b`).test(text.replace(silent, ''));
}

/** Comments, and texts that hold no expressions. */
const silent = /#.*|(?<![fF])(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/g;

function refusal(path: string, problem: string): ByHand {
  return {
    kind: 'by-hand',
    what: `Take out of ${path} what "dewar add" put there; without it alone the file makes no sense: ${problem}.`,
  };
}
