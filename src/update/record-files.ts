import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { inRepository } from '../plan/repository.ts';

const baseFolder = '.dewar/base';
/** Keeps linters and the app's tools from taking a pristine base for a source file. */
const baseSuffix = '.base';
const noteSuffix = '.json';

/** Holds what the record says of files that lie in the repository but above the app. */
const aboveApp = '_repository/';

/**
 * Where the pristine base of a file lies: its origin is in its name, for a folder of each origin would double the folders
 * that a new app needs. Without an origin: where the first version of the record had it.
 */
export function basePath(path: string, origin?: string): string {
  return `${baseFolder}/${inside(path)}${origin === undefined ? '' : `@${inName(origin)}`}${baseSuffix}`;
}

/** What is noted of files: conflicts that the user was offered, and edits of files that Dewar did not write. */
export type Notes = 'offered' | 'edited';

/** Where a note of a file lies. */
export function notePath(notes: Notes, path: string): string {
  return `.dewar/${notes}/${inside(path)}${noteSuffix}`;
}

/** Every pristine base, and what wrote it; `flat` where the record does not say the latter. */
export function readBases(root: string, flat: boolean): { bases: Map<string, string>; origins: Map<string, string> } {
  const bases = new Map<string, string>();
  const origins = new Map<string, string>();
  for (const { path: found, file } of filesBelow(join(root, baseFolder), baseSuffix)) {
    const at = flat ? -1 : found.lastIndexOf('@');
    const path = outside(at === -1 ? found : found.slice(0, at));
    bases.set(path, readFileSync(file, 'utf8'));
    if (at !== -1) origins.set(path, decodeURIComponent(found.slice(at + 1)));
  }
  return { bases, origins };
}

/** The notes of one kind, by file; `fits` judges each, and `corrupt` makes the error for one that cannot be understood. */
export function readNotes<T>(root: string, notes: Notes, { fits, corrupt }: Judge): ReadonlyMap<string, T> {
  const files = filesBelow(join(root, '.dewar', notes), noteSuffix);
  return new Map(
    files.map(({ path, file }) => {
      try {
        const note = JSON.parse(readFileSync(file, 'utf8'));
        if (fits(note)) return [outside(path), note];
      } catch (error) {
        throw corrupt(file, (error as Error).message);
      }
      throw corrupt(file, 'it is not what Dewar writes there');
    }),
  );
}

interface Judge {
  readonly fits: (note: unknown) => boolean;
  readonly corrupt: (file: string, why: string) => Error;
}

/** Every file of the record of the app at `root`. */
export function recordPaths(root: string): string[] {
  return filesBelow(join(root, '.dewar'), '').flatMap(({ path }) =>
    path.startsWith('pending/') ? [] : [`.dewar/${path}`],
  );
}

function filesBelow(folder: string, suffix: string): { path: string; file: string }[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(suffix));
  return files.map((entry) => {
    const file = join(entry.parentPath, entry.name);
    return {
      file,
      path: relative(folder, file)
        .split(sep)
        .join('/')
        .slice(0, -suffix.length || undefined),
    };
  });
}

function inside(path: string): string {
  return path.replace(/^\/\//, aboveApp);
}

function outside(path: string): string {
  return path.startsWith(aboveApp) ? inRepository(path.slice(aboveApp.length)) : path;
}

/** The origin may be the name of a pack, which may hold anything; no `@` is left of it. */
function inName(origin: string): string {
  return encodeURIComponent(origin);
}
