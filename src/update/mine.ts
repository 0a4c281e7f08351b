import { readFileSync, realpathSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import { attempt, look } from '../plan/disk.ts';
import { type Home, locate } from '../plan/repository.ts';
import { decode } from '../source/text.ts';
import type { Versions } from './reconcile.ts';

/** Reads files of the app as the user has them; what is no text of this project is strange, and why. */
export function mineReader(home: Home): (path: string) => Versions['mine'] {
  const top = realpathSync(locate(home, '//'));
  const inside = new Map<string, boolean>();
  const isInside = (folder: string): boolean => {
    const within = relative(top, realpathSync(folder));
    return !isAbsolute(within) && within.split(sep)[0] !== '..';
  };
  return (path) => {
    const file = locate(home, path);
    const stats = look(file);
    if (!stats?.isFile()) return stats && { strange: whatElse(stats) };
    const folder = dirname(file);
    // Looked at once for each folder.
    if (!inside.has(folder)) inside.set(folder, isInside(folder));
    if (!inside.get(folder)) return { strange: 'a link leads its folder out of the project' };
    const read = decode(attempt(path, () => readFileSync(file)));
    return 'text' in read ? read.text : { strange: `it is no text that can be merged: ${read.unread}` };
  };
}

function whatElse(stats: Stats): string {
  return stats.isSymbolicLink() ? 'a link is in its place' : 'something that is no file is in its place';
}
