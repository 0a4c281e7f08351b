import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { RenderedFile } from '../plan/render.ts';
import { inRepository } from '../plan/repository.ts';
import type { Write } from '../plan/write.ts';

const baseFolder = '.dewar/base';
/** Keeps linters and the app's tools from taking a pristine base for a source file. */
const baseSuffix = '.base';
const hashSuffix = '.sha256';
const noteSuffix = '.json';

/** Holds what the record says of files that lie in the repository but above the app. */
const aboveApp = '_repository/';

/**
 * The write that records a file as it is written: its origin is in its name, for a folder of each origin would double the
 * folders that a new app needs. Of a file that is no text, which is never merged, the digest is enough.
 */
export function baseWrite({ path, text, bytes, origin }: RenderedFile): Write {
  const place = `${baseFolder}/${inside(path)}@${inName(origin)}`;
  return bytes
    ? { path: place + hashSuffix, content: `${digestOf(bytes)}\n` }
    : { path: place + baseSuffix, content: text };
}

/** The digest by which a file that is no text is known again. */
export function digestOf(bytes: Uint8Array | string): string {
  // Few apps have such a file, and Node takes milliseconds to load this.
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(bytes).digest('hex');
}

/** What is noted of files: conflicts that the user was offered, and edits of files that Dewar did not write. */
export type Notes = 'offered' | 'edited';

/** Where a note of a file lies. */
export function notePath(notes: Notes, path: string): string {
  return `.dewar/${notes}/${inside(path)}${noteSuffix}`;
}

/** What the record says of each file as Dewar wrote it last. */
export interface Bases {
  /** Its text. */
  readonly bases: ReadonlyMap<string, string>;
  /** The digest of one that is no text. */
  readonly hashes: ReadonlyMap<string, string>;
  /** What wrote it: the base app, a mitigation or a pack. */
  readonly origins: ReadonlyMap<string, string>;
  /** Where the record has all that. */
  readonly places: readonly string[];
}

/** Where there is no record yet. */
export const noBases: Bases = { bases: new Map(), hashes: new Map(), origins: new Map(), places: [] };

/** Every pristine base, and what wrote it; `flat` where the record does not say the latter. */
export function readBases(root: string, flat: boolean): Bases {
  const origins = new Map<string, string>();
  const read = (suffix: string): [string, string][] =>
    filesBelow(join(root, baseFolder), suffix).map(({ path: found, file }) => {
      const at = flat ? -1 : found.lastIndexOf('@');
      const path = outside(at === -1 ? found : found.slice(0, at));
      if (at !== -1) origins.set(path, decodeURIComponent(found.slice(at + 1)));
      return [path, readFileSync(file, 'utf8')];
    });
  const bases = new Map(read(baseSuffix));
  const hashes = new Map(read(hashSuffix).map(([path, text]) => [path, text.trim()]));
  const places = [baseSuffix, hashSuffix].flatMap((suffix) =>
    filesBelow(join(root, baseFolder), suffix).map(({ path }) => `${baseFolder}/${path}${suffix}`),
  );
  return { bases, hashes, origins, places };
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
