import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import { attempt, look } from './disk.ts';
import { checkPath, checkPortable, fold, isGitFolder, outside } from './names.ts';

/** What stands where a file is to be written. */
export interface Found {
  readonly exists: boolean;
  /** The highest part of the path that is missing; the path itself where its folder is there. */
  readonly top: string;
}

/** One name of the tree that the paths make up together. */
interface Branch {
  readonly name: string;
  readonly path: string;
  readonly children: Map<string, Branch>;
  isFile: boolean;
}

/** A folder of the target: `real` is its path where it is there, `top` the highest missing part where it is not. */
interface Folder {
  readonly real?: string;
  readonly top?: string;
}

interface Walk {
  readonly root: string;
  readonly found: Map<string, Found>;
}

/** Throws before anything is written where a path leads out of the root, or cannot be written on some system. */
export function checkContained(root: string, paths: readonly string[]): void {
  survey(root, paths);
}

/** Checks the paths as `checkContained` does, and tells of each what is there; reads every folder at most once. */
export function survey(root: string, paths: readonly string[]): ReadonlyMap<string, Found> {
  const tree: Branch = { name: '', path: '', children: new Map(), isFile: false };
  const folders = new Map([['.', tree]]);
  for (const path of paths) {
    checkPath(path);
    grow(folders, path);
  }
  const found = new Map<string, Found>();
  const real = realRoot(root);
  visit(tree, real === undefined ? {} : { real }, { root: real ?? root, found });
  return found;
}

/** Checks one path of a log again before it is followed: its folder may have become a link since. */
export function checkPlace(root: string, path: string): void {
  checkPath(path);
  let folder = dirname(resolve(root, path));
  while (look(folder) === undefined) folder = dirname(folder);
  resolveInside(realpathSync(root), folder, path);
}

/** The first missing part of a root that does not exist; undefined where it does. */
export function firstMissing(root: string): string | undefined {
  let missing: string | undefined;
  for (let path = resolve(root); look(path) === undefined; path = dirname(path)) missing = path;
  return missing;
}

function grow(folders: Map<string, Branch>, path: string): void {
  const file = childOf(folderOf(folders, posix.dirname(path)), path);
  if (file.isFile || file.children.size > 0) throw twofold(path);
  file.isFile = true;
}

/** Most files share their folder with others, so each is looked for once. */
function folderOf(folders: Map<string, Branch>, path: string): Branch {
  const known = folders.get(path);
  if (known) return known;
  const folder = childOf(folderOf(folders, posix.dirname(path)), path);
  if (folder.isFile) throw twofold(path);
  folders.set(path, folder);
  return folder;
}

function childOf({ children }: Branch, path: string): Branch {
  const name = posix.basename(path);
  const key = fold(name);
  const known = children.get(key);
  if (known && known.name !== name) throw clash(path, known.path);
  const child = known ?? { name, path, children: new Map(), isFile: false };
  if (!known) children.set(key, child);
  return child;
}

function visit(branch: Branch, folder: Folder, walk: Walk): void {
  const entries = list(folder.real, branch.path);
  for (const child of branch.children.values()) {
    const entry = entries.get(child.name);
    // A name that is there already is one that its file system stores.
    if (!entry) checkNew(child, entries);
    if (child.isFile) walk.found.set(child.path, foundOf(child.path, entry, folder.top));
    else visit(child, entry ? { real: enter(folder, child, walk.root) } : { top: folder.top ?? child.path }, walk);
  }
}

const nothing: ReadonlyMap<string, Dirent> = new Map();

function list(folder: string | undefined, path: string): ReadonlyMap<string, Dirent> {
  if (folder === undefined) return nothing;
  const entries = attempt(path === '' ? folder : path, () => readdirSync(folder, { withFileTypes: true }));
  return new Map(entries.map((entry) => [entry.name, entry]));
}

function checkNew(child: Branch, entries: ReadonlyMap<string, Dirent>): void {
  checkPortable(child.name, child.path);
  if (entries.size === 0) return;
  const key = fold(child.name);
  for (const name of entries.keys()) {
    if (fold(name) === key) throw clash(child.path, below(dirname(child.path), name));
  }
}

function foundOf(path: string, entry: Dirent | undefined, top = path): Found {
  if (entry === undefined || entry.isFile()) return { exists: entry !== undefined, top };
  if (entry.isSymbolicLink()) throw outside(path, 'a link stands there, and links are never written through');
  const what = entry.isDirectory() ? 'a folder' : 'something that is no file';
  throw new DewarError(`Cannot write ${path}: ${what} stands in its place. Move it away and run the command again.`);
}

/** The real path of a folder that is there; a link is followed where it stays inside the root. */
function enter({ real = '' }: Folder, { name, path }: Branch, root: string): string {
  const folder = join(real, name);
  const entry = look(folder);
  if (entry?.isDirectory()) return folder;
  if (entry?.isSymbolicLink() && statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    resolveInside(root, folder, path);
    return realpathSync(folder);
  }
  throw new DewarError(`Cannot write below ${path}: it is no folder. Move it away and run the command again.`);
}

function resolveInside(root: string, folder: string, path: string): void {
  const within = relative(root, realpathSync(folder));
  const names = within.split(sep);
  if (names[0] === '..' || isAbsolute(within)) throw outside(path, 'a link leads it out of the project');
  if (names.some(isGitFolder)) throw outside(path, 'a link leads it into a folder of Git');
  if (names[0] === '.dewar' && names[1] === 'pending') throw outside(path, 'a link leads it into the log of changes');
}

function realRoot(root: string): string | undefined {
  const missing = firstMissing(root);
  const there = missing === undefined ? resolve(root) : dirname(missing);
  const target = attempt(there, () => statSync(there));
  if (!target.isDirectory()) {
    throw new DewarError(`Cannot write into ${root}: ${there} is no folder. Choose another one.`, Exit.usage);
  }
  return missing === undefined ? realpathSync(there) : undefined;
}

function clash(path: string, other: string): DewarError {
  const why = `it differs from ${JSON.stringify(other)} only in case or form, so some systems take both for one`;
  return outside(path, why);
}

function twofold(path: string): DewarError {
  return outside(path, 'the plan writes it twice, or as a file and as a folder');
}

function below(folder: string, name: string): string {
  return folder === '' || folder === '.' ? name : `${folder}/${name}`;
}
