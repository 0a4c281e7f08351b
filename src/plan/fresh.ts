import { readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { firstMissing } from './containment.ts';
import { attempt, type Disk, look, quietly, refusal } from './disk.ts';
import { isLive } from './owner.ts';
import { type Staged, stage } from './stage.ts';

/**
 * Makes a root that does not exist: staged beside the place where it will stand, and renamed to it as a whole.
 * That one step needs neither a journal nor a wait for the disk.
 */
export function create(root: string, files: readonly Staged[], disk: Disk): void {
  const top = firstMissing(root) ?? resolve(root);
  const staging = join(dirname(top), `${prefixOf(top)}${process.pid}`);
  attempt(root, () => disk.makeFolder(staging));
  try {
    const below = relative(top, resolve(root)).split(sep).join('/');
    stage(staging, below === '' ? files : files.map((file) => ({ ...file, path: `${below}/${file.path}` })), disk);
    disk.rename(staging, top);
  } catch (error) {
    quietly(() => disk.removeTree(staging));
    throw refusal(root, error);
  }
}

/** Removes what killed runs staged for a root that they never made; true where there was something. */
export function removeStagings(root: string, disk: Disk): boolean {
  const top = firstMissing(root);
  if (top === undefined) return false;
  const [folder, prefix] = [dirname(top), prefixOf(top)];
  let removed = false;
  for (const name of list(folder)) {
    const owner = name.startsWith(prefix) ? name.slice(prefix.length) : '';
    const path = join(folder, name);
    if (!/^\d+$/.test(owner) || isLive({ process: Number(owner), began: look(path)?.mtimeMs ?? 0 })) continue;
    quietly(() => disk.removeTree(path));
    removed = true;
  }
  return removed;
}

function prefixOf(top: string): string {
  return `.${basename(top)}.dewar-`;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A folder that cannot be read holds nothing that this user's run has left there.
    return [];
  }
}
