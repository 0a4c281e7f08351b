import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import { attempt } from '../plan/disk.ts';
import { checkPath, checkPortable, fold } from '../plan/names.ts';

/** Every file of a pack, by its path with `/`, wherever it was read from. */
export type Contents = ReadonlyMap<string, Uint8Array>;

/** What a pack is declared in. */
export const manifestFile = 'dewar.pack.yaml';

/** Nothing else of a pack's folder is looked at: not its tests, nor what its author installed. */
const parts = [manifestFile, 'locks.json', 'templates', 'mitigations', 'code'];

/** Far more than a pack of text needs, and little enough to hold in memory. */
export const limits = { file: 512 * 1024, files: 2000, total: 16 * 1024 * 1024 } as const;

/** True for the paths that belong to a pack. */
export function isPart(path: string): boolean {
  return parts.includes(path.split('/')[0] ?? '');
}

/**
 * Reads the pack in a folder. Links are not followed: what they lead to is not the author's to give away.
 * @throws DewarError for a folder without a manifest, for links, for what is no file, and for what is too large.
 */
export function readFolder(folder: string): Contents {
  const collector = collecting(folder);
  const stats = lstatSync(join(folder, manifestFile), { throwIfNoEntry: false });
  if (!stats) throw new DewarError(`${folder} has no ${manifestFile}: name the folder of a pack.`);
  for (const entry of attempt(folder, () => readdirSync(folder))) if (isPart(entry)) readInto(folder, entry, collector);
  return collector.contents();
}

/** Takes files one after another and keeps to the limits. */
export interface Collector {
  /** Called before the bytes are read, with how many there are. */
  readonly announce: (path: string, size: number) => void;
  readonly add: (path: string, bytes: Uint8Array) => void;
  readonly contents: () => Contents;
}

/** Collects the files of one pack, of which `source` says where it comes from. */
export function collecting(source: string): Collector {
  const found = new Map<string, Uint8Array>();
  const names = new Map<string, string>();
  let total = 0;
  return {
    announce: (path, size) => {
      checkPlace(source, path, names);
      total += size;
      if (size > limits.file)
        throw refused(source, path, `it has ${size} bytes; a file of a pack has at most ${limits.file}`);
      if (total > limits.total) throw refused(source, path, `the pack has more than ${limits.total} bytes`);
      if (names.size > 4 * limits.files) throw refused(source, path, `the pack has more than ${limits.files} files`);
    },
    add: (path, bytes) => {
      found.set(path, bytes);
    },
    contents: () => new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** The error for a file that a pack may not have. */
export function refused(source: string, path: string, why: string): DewarError {
  return new DewarError(`The pack ${source} is refused: ${path}: ${why}.`, Exit.usage);
}

/** Also the folders on the way, so that no two of them are one on some system. */
function checkPlace(source: string, path: string, names: Map<string, string>): void {
  try {
    checkPath(path);
    const steps = path.split('/');
    for (const [index, name] of steps.entries()) {
      checkPortable(name, path);
      const place = steps.slice(0, index + 1).join('/');
      const other = names.get(fold(place)) ?? place;
      names.set(fold(place), other);
      if (other !== place) throw new DewarError(`it differs from ${other} in case only`);
    }
  } catch (error) {
    throw refused(source, JSON.stringify(path), (error as Error).message.replace(/\.$/, ''));
  }
}

function readInto(folder: string, path: string, collector: Collector): void {
  const full = join(folder, path);
  const stats = attempt(full, () => lstatSync(full));
  if (stats.isSymbolicLink()) throw refused(folder, path, 'it is a link; put the file itself there');
  if (stats.isDirectory()) {
    const entries = attempt(full, () => readdirSync(full)).sort();
    for (const entry of entries) readInto(folder, `${path}/${entry}`, collector);
    return;
  }
  if (!stats.isFile()) throw refused(folder, path, 'it is no regular file');
  collector.announce(path, stats.size);
  collector.add(path, bytesOf(full));
}

/** Another process may put a link, a pipe or a larger file there meanwhile: what is opened is looked at again. */
function bytesOf(file: string): Uint8Array {
  // Windows knows neither of the two flags.
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  return attempt(file, () => {
    const handle = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      if (!fstatSync(handle).isFile()) throw new DewarError(`${file} is no regular file any more.`);
      const buffer = Buffer.alloc(limits.file + 1);
      const length = readSync(handle, buffer, 0, buffer.length, 0);
      if (length > limits.file) throw new DewarError(`${file} grew while it was read.`);
      return Uint8Array.prototype.slice.call(buffer, 0, length);
    } finally {
      closeSync(handle);
    }
  });
}

/** One number for everything in a pack: its paths, and its bytes. */
export function hashOf(contents: Contents): string {
  const hash = createHash('sha256');
  for (const [path, bytes] of contents) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  return hash.digest('hex');
}

/** True for a picture and its like, which are copied as they are: no text has a byte of zero. */
export function isBinary(contents: Contents, path: string): boolean {
  return contents.get(path)?.includes(0) ?? false;
}

/**
 * The text of a file of a pack.
 * @throws DewarError where it is no UTF-8.
 */
export function textOf(contents: Contents, path: string): string {
  const bytes = contents.get(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DewarError(`${path}:1: it is no UTF-8 text, which every file of a pack is.`, Exit.usage);
  }
}
