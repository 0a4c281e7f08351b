import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DewarError } from '../error.ts';
import { firstMissing } from './containment.ts';
import { attempt, type Disk, localDisk, look } from './disk.ts';
import { removeStagings } from './fresh.ts';
import { close, type Log, logOf, readJournal, redo, removeEmpty, undo } from './journal.ts';
import { isLive, readOwner } from './owner.ts';

/** What became of a change that an earlier run did not finish. */
export type Recovery = 'nothing' | 'rolled back' | 'completed';

/**
 * Brings a root that a killed run left in the middle of a change to the old or to the new tree.
 * @throws DewarError where another process is at it, or where a file was edited since and would be lost.
 */
export function recover(root: string, disk: Disk = localDisk): Recovery {
  if (firstMissing(root) !== undefined) return removeStagings(root, disk) ? 'rolled back' : 'nothing';
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) return 'nothing';
  const log = logOf(realpathSync(resolve(root)));
  // A link in their place is not Dewar's: what it leads to must not be removed.
  if (!isFolder(dirname(log.folder))) return 'nothing';
  if (!look(log.folder)) {
    removeEmpty(dirname(log.folder), disk);
    return 'nothing';
  }
  if (!isFolder(log.folder)) return 'nothing';
  checkOwner(log);
  const outcome = settle(log, disk);
  attempt(log.folder, () => close(log, disk));
  return outcome;
}

function settle(log: Log, disk: Disk): Recovery {
  const failed = readJournal(log, log.undo);
  if (failed) {
    undo(log, failed, disk);
    return 'rolled back';
  }
  const journal = readJournal(log, log.journal);
  if (!journal) return look(log.fresh) ? 'rolled back' : 'nothing';
  redo(log, journal, disk);
  return 'completed';
}

function checkOwner(log: Log): void {
  const stats = look(log.owner);
  const owner = stats?.isFile() ? readOwner(readFileSync(log.owner, 'utf8')) : 0;
  if (!isLive({ process: owner, began: stats?.mtimeMs ?? 0 })) return;
  throw new DewarError(
    `Another Dewar (process ${owner}) is writing to ${log.root}. Run the command again when it is done; ` +
      `if there is none, delete ${log.folder}.`,
  );
}

function isFolder(path: string): boolean {
  return look(path)?.isDirectory() ?? false;
}
