import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import type { Home } from '../plan/repository.ts';
import type { Write } from '../plan/write.ts';
import { decode } from '../source/text.ts';
import { fileWrites, type UpdatedFile } from './files.ts';
import { bytesAt, bytesOf, forgetAdds, idOf, lastAdd, type Step } from './last-add.ts';
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
    writes: fileWrites(files, []),
    folder: last.folder,
    done: () => forgetAdds(root),
  };
}

async function back(home: Home, step: Step): Promise<UpdatedFile> {
  const now = bytesAt(home, step.path);
  const { state, text, bytes } = await decided(home, step, now);
  const before = now && (textIn(now) ?? '');
  return { path: step.path, state, before, after: text, ...(bytes && { bytes }) };
}

function textIn(bytes: Buffer): string | undefined {
  const read = decode(bytes);
  return 'text' in read ? read.text : undefined;
}

/** Bytes for what is no text. */
type Decided = Reconciled & { readonly bytes?: Buffer };

function decided(home: Home, { path, before, after }: Step, now: Buffer | undefined): Promise<Decided> | Decided {
  const id = now ? idOf(now) : null;
  // What somebody has removed since stays removed.
  if (id === before || (id === null && after !== null)) return untouched;
  // Nobody's later edit of Dewar's own record is kept.
  const isEdited = id !== after && !isRecord(path);
  if (before === null) return isEdited ? { state: 'keep', text: undefined } : { state: 'deleted', text: null };
  const old = found(home, path, before);
  if (!isEdited) return whole(old);
  return merged(home, { path, old, left: after }, now);
}

function whole(bytes: Buffer): Decided {
  const text = textIn(bytes);
  return text === undefined ? { state: 'clean', text, bytes } : { state: 'clean', text };
}

/** A file with its bytes before Dewar, and the id of what Dewar left. */
interface Taken {
  readonly path: string;
  readonly old: Buffer;
  readonly left: string | null;
}

function merged(home: Home, { path, old, left }: Taken, now: Buffer | undefined): Promise<Decided> | Decided {
  const next = textIn(old);
  const mine = now && textIn(now);
  // A picture that somebody changed since is theirs.
  if (next === undefined || (now && mine === undefined)) return { state: 'keep', text: undefined };
  const base = left === null ? undefined : textIn(found(home, path, left));
  return reconcile({ base, mine, next }, { path, style: 'inline', names });
}

function found({ root }: Home, path: string, id: string): Buffer {
  const bytes = bytesOf(root, id);
  if (bytes !== undefined) return bytes;
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
