import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import type { Home } from '../plan/repository.ts';
import type { Write } from '../plan/write.ts';
import type { UpdatedFile } from './files.ts';
import { bytesAt, forgetAdds, idOf, lastAdd, type Step, textOf } from './last-add.ts';
import { type Reconciled, reconcile } from './reconcile.ts';
import { isRecord } from './record.ts';

/** How the last `add` is taken back, worked out and not yet written. */
export interface Undo {
  readonly added: readonly string[];
  readonly files: readonly UpdatedFile[];
  readonly writes: readonly Write[];
  readonly folder: string;
  /** To be called when all is written. */
  readonly done: () => void;
}

const names = { base: 'as Dewar left it', theirs: 'before Dewar' };
const untouched: Reconciled = { state: 'unchanged', text: undefined };

/**
 * Works out how the last `add` to the app at `root` is taken back, by three-way merge with what was changed since.
 * @throws DewarError where there is nothing to take back, or an old text is neither in Git nor in the private folder.
 */
export async function planUndo(root: string): Promise<Undo> {
  const last = lastAdd(root);
  if (!last) throw nothing(root);
  const home = { root, folder: last.folder };
  const files = await Promise.all(last.steps.map((step) => back(home, step)));
  return {
    added: last.added,
    files: files.filter(({ path }) => !isRecord(path)),
    writes: files.flatMap(({ path, after }) => (after === undefined ? [] : [{ path, content: after }])),
    folder: last.folder,
    done: () => forgetAdds(root),
  };
}

async function back(home: Home, step: Step): Promise<UpdatedFile> {
  const now = bytesAt(home, step.path);
  const { state, text } = await decided(home, step, now);
  return { path: step.path, state, before: now?.toString('utf8'), after: text };
}

function decided(home: Home, { path, before, after }: Step, now: Buffer | undefined): Promise<Reconciled> | Reconciled {
  const id = now ? idOf(now) : null;
  // What somebody has removed since stays removed.
  if (id === before || (id === null && after !== null)) return untouched;
  // Nobody's later edit of Dewar's own record is kept.
  const isEdited = id !== after && !isRecord(path);
  if (before === null) return isEdited ? { state: 'keep', text: undefined } : { state: 'deleted', text: null };
  const next = found(home, path, before);
  if (!isEdited) return { state: 'clean', text: next };
  const base = after === null ? undefined : found(home, path, after);
  return reconcile({ base, mine: now?.toString('utf8'), next }, { path, style: 'inline', names });
}

function found({ root }: Home, path: string, id: string): string {
  const text = textOf(root, id);
  if (text !== undefined) return text;
  throw new DewarError(
    `${path} cannot be put back: Git does not have the text that it had before "dewar add", and what was kept of it ` +
      'outside of the app is gone. Nothing was changed.',
  );
}

function nothing(root: string): DewarError {
  const all = existsSync(join(root, '.dewar/edited')) ? ', and all that "dewar add" did with "dewar undo --all"' : '';
  return new DewarError(
    `There is nothing to take back in ${root}: no "dewar add" or "dewar update" of this user changed it, or that was taken back already. ` +
      `A change that is committed can be taken back with "git revert"${all}.`,
    Exit.usage,
  );
}
