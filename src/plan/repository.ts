import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Write } from './write.ts';

/** Begins a path that counts from the root of the repository, and not from that of the app. */
const mark = '//';

/** The path of a plan for a file that counts from the root of the repository. */
export function inRepository(path: string): string {
  return mark + path;
}

/** An app on the disk, and the folder that it is in its repository: empty where it is the whole of it. */
export interface Home {
  readonly root: string;
  readonly folder: string;
}

/** Where a path of a plan lies. */
export function locate({ root, folder }: Home, path: string): string {
  return path.startsWith(mark) ? join(repositoryRoot({ root, folder }), path.slice(mark.length)) : join(root, path);
}

/** A path of a plan as a person reads it who stands in the app: what lies above it begins with `../`. */
export function fromApp(folder: string, path: string): string {
  return path.startsWith(mark) ? `${folder.replace(/[^/]+/g, '..')}/${path.slice(mark.length)}` : path;
}

/** The writes of a plan with paths that all count from the root of the repository, and that root. */
export function fromRepository(home: Home, writes: readonly Write[]): { root: string; writes: readonly Write[] } {
  if (home.folder === '') return { root: home.root, writes };
  const path = (each: string): string => (each.startsWith(mark) ? each.slice(mark.length) : `${home.folder}/${each}`);
  return { root: repositoryRoot(home), writes: writes.map((write) => ({ ...write, path: path(write.path) })) };
}

/** The folder at or above `folder` that is a repository. Asking Git would also fail where it only distrusts the owner. */
export function repositoryAround(folder: string): string | undefined {
  const at = resolve(folder);
  if (existsSync(join(at, '.git'))) return at;
  const above = dirname(at);
  return above === at ? undefined : repositoryAround(above);
}

/** The folder that an app at `root` is in the repository around it; empty where it is the whole of one, or in none. */
export function folderInRepository(root: string): string {
  return relative(repositoryAround(root) ?? root, resolve(root))
    .split(sep)
    .join('/');
}

function repositoryRoot({ root, folder }: Home): string {
  return resolve(root, ...folder.split('/').map((part) => (part === '' ? '.' : '..')));
}
