import { readFileSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { DewarError } from '../error.ts';
import { checkPlace } from './containment.ts';
import { attempt, codeOf, type Disk, look } from './disk.ts';

/** The plan of a change that is staged in full: once this is on the disk, the change will be finished. */
export interface Journal {
  readonly version: 1;
  /** Birth of the owner file: a log that came with a clone or a copy has another one, and is not followed. */
  readonly stamp: number;
  /** Files, and folders as a whole, that are new. */
  readonly place: readonly string[];
  readonly replace: readonly Seen[];
  readonly remove: readonly Seen[];
}

/** A file as it was when the change was staged. */
export interface Seen {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
}

/** Where a log keeps what: new files by their path, old ones by their number. */
export interface Log {
  readonly root: string;
  readonly folder: string;
  readonly owner: string;
  readonly fresh: string;
  readonly old: string;
  readonly draft: string;
  readonly journal: string;
  /** The journal of a change that failed and is being taken back. */
  readonly undo: string;
}

/** The log of a root. */
export function logOf(root: string): Log {
  const folder = join(root, '.dewar', 'pending');
  return {
    root,
    folder,
    owner: join(folder, 'owner'),
    fresh: join(folder, 'new'),
    old: join(folder, 'old'),
    draft: join(folder, 'journal.tmp'),
    journal: join(folder, 'journal.json'),
    undo: join(folder, 'undo.json'),
  };
}

/** The file's state that the journal compares with before it touches the file. */
export function seen({ path, stats }: { path: string; stats: Stats }): Seen {
  return { path, size: stats.size, modified: stats.mtimeMs };
}

/** The birth of a file, to a fraction of a microsecond: no clone or copy can be given one that was chosen before. */
export function stampOf(path: string): number {
  const stats = look(path);
  return stats?.birthtimeMs || stats?.ctimeMs || 0;
}

/** Makes the staged change the valid one: the only wait for the disk, so that a power cut leaves no torn journal. */
export function commit(log: Log, journal: Journal, disk: Disk): void {
  disk.write(log.draft, JSON.stringify(journal), { durable: true });
  disk.rename(log.draft, log.journal);
}

/** The journal at a path; undefined where there is none. */
export function readJournal(log: Log, path: string): Journal | undefined {
  if (look(path) === undefined) return undefined;
  const journal = parse(readFileSync(path, 'utf8'));
  if (journal?.version !== 1 || journal.stamp !== stampOf(log.owner)) {
    throw new DewarError(
      `${log.folder} is not the log of a change that Dewar began here. Delete that folder to go on without it.`,
    );
  }
  for (const { path: target } of operations(journal)) checkPlace(log.root, target);
  return journal;
}

/** Carries out the journal; what is done already is passed over, so that it may be cut off and run again. */
export function redo(log: Log, journal: Journal, disk: Disk): void {
  for (const path of journal.place) attempt(path, () => place(log, path, disk));
  for (const [file, old] of numbered(log, journal)) {
    const isReplaced = journal.replace.includes(file);
    attempt(file.path, () => (isReplaced ? replace(log, file, { old, disk }) : remove(log, file, { old, disk })));
  }
  for (const { path } of journal.remove) prune(log.root, path, disk);
}

/** Takes back what `redo` did so far; may be cut off and run again too. */
export function undo(log: Log, journal: Journal, disk: Disk): void {
  for (const [{ path }, old] of numbered(log, journal)) {
    const target = join(log.root, path);
    const untouched = look(join(log.fresh, path)) && look(target);
    if (look(old) && !untouched) attempt(path, () => disk.rename(old, target));
  }
  for (const path of journal.place) {
    const [staged, target] = [join(log.fresh, path), join(log.root, path)];
    if (!look(staged) && look(target)) attempt(path, () => disk.rename(target, staged));
  }
}

/** Removes the log, its journal last but for the owner, so that a cut leaves nothing that could be misread. */
export function close(log: Log, disk: Disk): void {
  disk.removeTree(log.fresh);
  disk.removeTree(log.old);
  for (const path of [log.draft, log.journal, log.undo, log.owner]) {
    if (look(path)) disk.unlink(path);
  }
  if (look(log.folder)) disk.removeFolder(log.folder);
  removeEmpty(dirname(log.folder), disk);
}

function place(log: Log, path: string, disk: Disk): void {
  const [staged, target] = [join(log.fresh, path), join(log.root, path)];
  if (look(staged) === undefined) return;
  if (look(target) !== undefined) throw changed(log, path);
  disk.rename(staged, target);
}

function replace(log: Log, file: Seen, { old, disk }: { old: string; disk: Disk }): void {
  const [staged, target] = [join(log.fresh, file.path), join(log.root, file.path)];
  if (look(staged) === undefined) return;
  checkSeen(log, file, old);
  if (look(old) === undefined) setAside(target, old, disk);
  disk.rename(staged, target);
}

function remove(log: Log, file: Seen, { old, disk }: { old: string; disk: Disk }): void {
  const target = join(log.root, file.path);
  if (look(target) === undefined) return;
  if (look(old) !== undefined) throw changed(log, file.path);
  checkSeen(log, file, old);
  disk.rename(target, old);
}

/** Keeps the old file under a second name, so that its place is never empty; some file systems can only move it. */
function setAside(target: string, old: string, disk: Disk): void {
  try {
    disk.link(target, old);
  } catch {
    disk.rename(target, old);
  }
}

/** An edit that was made since the change was staged is not the one that the user agreed to lose. */
function checkSeen(log: Log, file: Seen, old: string): void {
  const now = look(join(log.root, file.path));
  if (now === undefined && look(old) !== undefined) return;
  if (!now?.isFile() || now.size !== file.size || now.mtimeMs !== file.modified) throw changed(log, file.path);
}

function changed(log: Log, path: string): DewarError {
  return new DewarError(
    `${path} was changed by something else since Dewar began to write to ${log.root}. ` +
      `Move it away and run the command again, or delete ${log.folder} to leave things as they are.`,
  );
}

/** Removes the folders that a removed file leaves empty, as Git does. */
function prune(root: string, path: string, disk: Disk): void {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    if (!removeEmpty(join(root, folder), disk)) return;
  }
}

/** Removes a folder that is empty; false where it is kept, since something is in it. */
export function removeEmpty(folder: string, disk: Disk): boolean {
  try {
    disk.removeFolder(folder);
    return true;
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
}

function operations(journal: Journal): { readonly path: string }[] {
  return [...journal.place.map((path) => ({ path })), ...journal.replace, ...journal.remove];
}

function numbered(log: Log, journal: Journal): [Seen, string][] {
  return [...journal.replace, ...journal.remove].map((file, index) => [file, join(log.old, String(index))]);
}

function parse(text: string): Journal | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
