import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { DewarError } from '../error.ts';

/** How a file is written: with a mode for new files, or with the mode and the owner of the file it replaces. */
export interface Writing {
  readonly mode?: number;
  readonly like?: Stats;
  /** Wait until the content has reached the disk. */
  readonly durable?: boolean;
}

/** Every way in which the disk is changed; each call is one step that may fail or be the last one of a killed process. */
export interface Disk {
  readonly makeFolder: (path: string) => void;
  /** Writes a file that must not exist. */
  readonly write: (path: string, content: string | Uint8Array, how?: Writing) => void;
  readonly rename: (from: string, to: string) => void;
  readonly link: (from: string, to: string) => void;
  /** Removes a file. */
  readonly unlink: (path: string) => void;
  /** Removes a folder and all in it, where it is there. */
  readonly removeTree: (path: string) => void;
  /** Removes a folder that is empty, and fails where it is not. */
  readonly removeFolder: (path: string) => void;
}

/** The disk of this machine. */
export const localDisk: Disk = {
  makeFolder: (path) => void mkdirSync(path),
  write: writeNew,
  rename: (from, to) => patiently(() => renameSync(from, to)),
  link: (from, to) => linkSync(from, to),
  unlink: (path) => patiently(() => unlinkSync(path)),
  removeTree: (path) => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }),
  removeFolder: (path) => patiently(() => rmdirSync(path)),
};

/** What stands at a path, links not followed; undefined where nothing does. */
export function look(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

/** The system's code of an error, such as `ENOSPC`; empty where it has none. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}

/** Does something to the path named, and turns the system's error into one that a user can act on. */
export function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw refusal(path, error);
  }
}

/** The error that a user sees where the system refused to change a path, or to read it. */
export function refusal(path: string, error: unknown, verb: 'read' | 'write' = 'write'): Error {
  if (error instanceof DewarError) return error;
  const [why, wayOut] = reasonOf(error);
  return new DewarError(`Cannot ${verb} ${path}: ${why}. ${wayOut}`.trimEnd());
}

/** What an error of the system means, and the way out. */
export function reasonOf(error: unknown): readonly [why: string, wayOut: string] {
  return REASONS[codeOf(error)] ?? [error instanceof Error ? error.message : String(error), ''];
}

/** Tidies up as far as the disk lets it: what stays is left to `recover`, which every command runs first. */
export function quietly(action: () => void): void {
  try {
    action();
  } catch {}
}

const DENIED = [
  'permission denied',
  process.platform === 'win32'
    ? 'Change its permissions, close the programs that use it, and run the command again.'
    : 'Change its owner or permissions, or run the command as a user who may.',
] as const;
const FULL = ['no space is left on the disk', 'Free some space and run the command again.'] as const;
const REASONS: Readonly<Record<string, readonly [why: string, wayOut: string]>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  ENOSPC: FULL,
  EDQUOT: FULL,
  EROFS: ['the file system is read-only', 'Choose another folder.'],
  EBUSY: ['another program uses it', 'Close that program and run the command again.'],
  EXDEV: ['it lies on another file system than its project', 'Run the command where the project is one file system.'],
  ENAMETOOLONG: ['the path is too long', 'Choose a shorter name or folder.'],
  ENOTDIR: ['a part of the path is a file', 'Choose another folder, or move that file away.'],
  EISDIR: ['it is a folder', 'Name a file.'],
  ELOOP: ['its links lead in a circle', 'Remove one of them.'],
  EMFILE: ['too many files are open', 'Raise the limit with ulimit -n and run the command again.'],
  ENFILE: ['too many files are open', 'Close some programs and run the command again.'],
  EIO: ['the disk reports a fault', 'Check the disk.'],
  ENOENT: ['its folder went away meanwhile', 'Run the command again.'],
  EEXIST: ['it was written meanwhile', 'Run the command again.'],
  ENOTEMPTY: ['it was written meanwhile', 'Run the command again.'],
};

function writeNew(path: string, content: string | Uint8Array, how: Writing = {}): void {
  const { mode = 0o666, like, durable = false } = how;
  writeFileSync(path, content, { flag: 'wx', mode, flush: durable });
  if (like === undefined || process.platform === 'win32') return;
  // The owner first: a change of owner takes bits of the mode away. Only root may give a file to somebody else.
  if (process.getuid?.() === 0) chownSync(path, like.uid, like.gid);
  chmodSync(path, mode);
}

/** Tries again for about half a second: on Windows a scanner or an editor may hold a file open for a moment. */
function patiently(action: () => void): void {
  for (let pause = 10; ; pause *= 2) {
    try {
      action();
      return;
    } catch (error) {
      const passing = process.platform === 'win32' ? ['EBUSY', 'EPERM', 'EACCES'] : ['EBUSY'];
      if (pause > 320 || !passing.includes(codeOf(error))) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
}
