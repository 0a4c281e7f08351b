import { accessSync, constants, realpathSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DewarError } from '../error.ts';
import { type Found, firstMissing, survey } from './containment.ts';
import { attempt, codeOf, type Disk, localDisk, look, quietly, refusal } from './disk.ts';
import { create } from './fresh.ts';
import { close, commit, type Journal, type Log, logOf, redo, seen, stampOf, undo } from './journal.ts';
import { ownerText } from './owner.ts';
import { type Staged, stage } from './stage.ts';
import type { Write } from './write.ts';

/** What the writes mean for the files that are there. */
interface Change {
  readonly place: readonly string[];
  readonly replace: readonly Present[];
  readonly remove: readonly Present[];
  readonly staged: readonly Staged[];
}

interface Present {
  readonly path: string;
  readonly stats: Stats;
}

/**
 * Writes all or nothing: whatever fails leaves the tree as it was, and `recover` repairs it after a kill at any point.
 * A power cut is another matter: staged files are not waited for, so what a file system loses then may be lost here too.
 * @throws DewarError where a path is not contained or the disk refuses; nothing is changed then.
 */
export function apply(root: string, writes: readonly Write[], disk: Disk = localDisk): void {
  const found = survey(
    root,
    writes.map(({ path }) => path),
  );
  const files = writes.filter(isFile);
  if (firstMissing(root) === undefined) applyTo(realpathSync(resolve(root)), changeOf(root, writes, found), disk);
  else if (files.length > 0) create(root, files, disk);
}

function applyTo(root: string, change: Change, disk: Disk): void {
  if (change.staged.length === 0 && change.remove.length === 0) return;
  checkRights(root, change);
  const log = open(root, disk);
  const journal = prepare(log, change, disk);
  try {
    redo(log, journal, disk);
  } catch (error) {
    takeBack(log, journal, disk);
    const cause = refusal(root, error);
    if (!look(log.folder)) throw cause;
    throw new DewarError(`${cause.message} ${root} is in the middle of the change: any Dewar command there ends it.`);
  }
  quietly(() => close(log, disk));
}

/** Takes the log for this process; it is there already where another one writes, or was cut off. */
function open(root: string, disk: Disk): Log {
  const log = logOf(root);
  const parent = dirname(log.folder);
  if (look(log.folder)) throw busy(log);
  try {
    if (!look(parent)) disk.makeFolder(parent);
    disk.makeFolder(log.folder);
    disk.write(log.owner, ownerText());
  } catch (error) {
    // What exists already is another process's, which was quicker by a moment.
    if (codeOf(error) !== 'EEXIST') quietly(() => close(log, disk));
    throw refusal(root, error);
  }
  return log;
}

function prepare(log: Log, { place, replace, remove, staged }: Change, disk: Disk): Journal {
  try {
    disk.makeFolder(log.fresh);
    if (replace.length + remove.length > 0) disk.makeFolder(log.old);
    stage(log.fresh, staged, disk);
    const stamp = stampOf(log.owner);
    const journal: Journal = { version: 1, stamp, place, replace: replace.map(seen), remove: remove.map(seen) };
    commit(log, journal, disk);
    return journal;
  } catch (error) {
    quietly(() => close(log, disk));
    throw refusal(log.root, error);
  }
}

/** Marks the change as failed first, so that a kill from here on is no longer taken for one to finish. */
function takeBack(log: Log, journal: Journal, disk: Disk): void {
  quietly(() => {
    disk.rename(log.journal, log.undo);
    undo(log, journal, disk);
    close(log, disk);
  });
}

function changeOf(root: string, writes: readonly Write[], found: ReadonlyMap<string, Found>): Change {
  const present = new Map<string, Present>();
  for (const { path } of writes) {
    const stats = found.get(path)?.exists ? look(join(root, path)) : undefined;
    if (stats) present.set(path, { path, stats });
  }
  const files = writes.filter(isFile);
  const old = (some: readonly Write[]): Present[] => some.flatMap(({ path }) => present.get(path) ?? []);
  const missing = files.filter(({ path }) => !present.has(path));
  return {
    place: [...new Set(missing.map(({ path }) => unitOf(path, found.get(path)?.top ?? path)))],
    replace: old(files),
    remove: old(writes.filter((write) => !isFile(write))),
    staged: files.map((file) => like(file, present.get(file.path))),
  };
}

function like(file: Staged, old: Present | undefined): Staged {
  return old ? { ...file, how: { mode: modeOf(file, old.stats), like: old.stats } } : file;
}

/** What is renamed as a whole; the log makes `.dewar` itself, so there it is the next lower part. */
function unitOf(path: string, top: string): string {
  return top === '.dewar' ? path.split('/', 2).join('/') : top;
}

/** The bits of the old file; who may read it may also run it where the new one is to be executable. */
function modeOf({ executable }: Write, { mode }: Stats): number {
  return (mode & 0o777) | (executable ? (mode & 0o444) >> 2 : 0);
}

function checkRights(root: string, { place, replace, remove }: Change): void {
  const present = [...replace, ...remove];
  for (const { path, stats } of present) {
    if ((stats.mode & 0o222) === 0) {
      throw new DewarError(`Cannot write ${path}: it is read-only. Make it writable and run the command again.`);
    }
    attempt(path, () => accessSync(join(root, path), constants.W_OK));
  }
  const folders = new Set([...place, ...present.map(({ path }) => path)].map((path) => dirname(path)));
  for (const folder of folders) {
    const path = join(root, folder);
    // Only `.dewar` can be missing here, and the log's own first step then tells whether it can be made.
    if (look(path)) attempt(folder === '.' ? root : folder, () => accessSync(path, constants.W_OK | constants.X_OK));
  }
}

function isFile(write: Write): write is Staged {
  return write.content !== null;
}

function busy(log: Log): DewarError {
  return new DewarError(
    `Another change of ${log.root} is not finished. Run the command again; if that says the same, delete ${log.folder}.`,
  );
}
