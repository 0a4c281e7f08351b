import type { FileOutcome, FileState, Result } from '../commands/result.ts';
import { Exit } from '../error.ts';
import type { ByHand } from '../mitigation.ts';
import type { Paint } from './paint.ts';
import type { Say } from './say.ts';
import { fileTree } from './tree.ts';

/** What every command says that would write and has no reason to. */
export const NOTHING_TO_CHANGE = 'Nothing to change.';

/** What a writing command reports besides its result. */
export interface Extra {
  readonly dryRun: boolean;
  readonly diff: boolean;
  /** What to do about conflicts that stopped the run. */
  readonly wayOut?: string;
  /** Lines between the notes and the steps by hand, and after all. */
  readonly lines?: readonly string[];
  readonly last?: readonly string[];
  /** Extra fields of the JSON document. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Exit code of a writing command: conflicts before steps left to the user. */
export function exitOf(result: Result): number {
  if (result.exit !== undefined) return result.exit;
  if (result.files.some(({ state }) => state === 'conflict')) return Exit.conflicts;
  return result.byHand.length > 0 ? Exit.byHand : Exit.done;
}

/** Prints the result of a writing command, as text or as JSON. */
export function sayResult(say: Say, name: string, { result, extra }: { result: Result; extra: Extra }): void {
  const { root, written, files, byHand, notes = [] } = result;
  say.data(name, { exit: exitOf(result), root, written, dryRun: extra.dryRun, files, byHand, notes, ...extra.data });
  const changed = files.filter(({ state }) => state !== 'unchanged');
  say.text([
    ...(extra.dryRun ? fileTree(changed, say.paint) : changedLines(changed, say.paint)),
    ...(extra.diff ? diffLines(files, say.paint) : []),
    summary(result, extra),
    ...notes,
    ...(extra.lines ?? []),
    ...byHandLines(byHand, say.paint),
    ...(extra.last ?? []),
  ]);
}

/** `61 files (60 new, 1 conflict)`. */
export function counted(files: readonly FileOutcome[]): string {
  const states = new Map<FileState, number>();
  for (const { state } of files) states.set(state, (states.get(state) ?? 0) + 1);
  const parts = [...states].map(([state, count]) => `${count} ${state}`).join(', ');
  return `${files.length} ${files.length === 1 ? 'file' : 'files'}${parts === '' ? '' : ` (${parts})`}`;
}

function summary({ root, written, files }: Result, { dryRun, wayOut = '' }: Extra): string {
  if (files.every(({ state }) => state === 'unchanged')) return NOTHING_TO_CHANGE;
  if (dryRun) return `Dry run, nothing was written. ${counted(files)}.`;
  if (written) return `${root}: ${counted(files)}.`;
  if (files.some(({ state }) => state === 'conflict')) {
    return `Nothing was written. ${counted(files)}. ${wayOut}`.trimEnd();
  }
  return `Nothing was written. ${counted(files)}.`;
}

/** A new file needs no line of its own; one that stood there does. */
function changedLines(files: readonly FileOutcome[], paint: Paint): string[] {
  return files
    .filter(({ state }) => state !== 'new')
    .map(({ path, state, from, why }) => {
      const aside = [...(from === undefined ? [] : [`from ${from}`]), ...(why === undefined ? [] : [why])].join('; ');
      return `  ${paint(state === 'conflict' ? 'red' : 'yellow', state)} ${path}${aside && ` (${aside})`}`;
    });
}

/** The diffs that the result carries, coloured by line. */
export function diffLines(files: readonly FileOutcome[], paint: Paint): string[] {
  return files.flatMap(({ diff }) =>
    diff
      ? diff
          .trimEnd()
          .split('\n')
          .map((line) => diffLine(line, paint))
      : [],
  );
}

function diffLine(line: string, paint: Paint): string {
  if (line.startsWith('+++') || line.startsWith('---')) return paint('bold', line);
  if (line.startsWith('+')) return paint('green', line);
  if (line.startsWith('-')) return paint('red', line);
  return line.startsWith('@@') ? paint('cyan', line) : line;
}

/** The steps that Dewar leaves to the user, with their places and snippets; none gives no line. */
export function byHandLines(steps: readonly ByHand[], paint: Paint): string[] {
  if (steps.length === 0) return [];
  const lines = steps.flatMap(({ place, what, snippet }) => [
    `  - ${place === undefined ? '' : `${place.file}:${place.line}: `}${what}`,
    ...(snippet === undefined
      ? []
      : snippet
          .trimEnd()
          .split('\n')
          .map((line) => `      ${line}`)),
  ]);
  return [paint('bold', 'Left for you to do by hand:'), ...lines];
}
