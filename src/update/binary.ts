import { readFileSync } from 'node:fs';
import { attempt, look } from '../plan/disk.ts';
import type { RenderedFile } from '../plan/render.ts';
import { type Home, locate } from '../plan/repository.ts';
import type { UpdatedFile } from './files.ts';
import type { FileState } from './reconcile.ts';
import { type Bases, digestOf } from './record-files.ts';

/** Holds what Dewar would write, where both changed a file that cannot be merged. */
const theirs = '.dewar-new';

/** Paths of files that are no text, as Dewar wrote them last or would write them now. */
export function binaryPaths({ hashes }: Pick<Bases, 'hashes'>, next: readonly RenderedFile[]): ReadonlySet<string> {
  return new Set([...hashes.keys(), ...next.flatMap(({ path, bytes }) => (bytes ? [path] : []))]);
}

/** One such file: it is the user's or Dewar's, and never put together of both. */
export function reconcileBytes(home: Home, path: string, { base, next }: Versions): UpdatedFile {
  const file = locate(home, path);
  const stats = look(file);
  const origin = next && { origin: next.origin };
  if (stats && !stats.isFile()) return { ...still, path, ...strange(base, next), ...origin };
  const mine = stats && digestOf(attempt(path, () => readFileSync(file)));
  const bytes = next && (next.bytes ?? Buffer.from(next.text));
  const decided = decide({ base, mine, next: bytes && digestOf(bytes) });
  return { ...still, path, ...decided, ...origin, ...outcome(path, decided.state, bytes) };
}

function outcome(path: string, state: FileState, bytes: Uint8Array | undefined): Partial<UpdatedFile> {
  if (state === 'deleted') return { after: null };
  if (bytes === undefined) return {};
  if (state === 'new' || state === 'clean') return { bytes };
  return state === 'conflict' ? { beside: { path: path + theirs, bytes } } : {};
}

function strange(base: string | undefined, next: RenderedFile | undefined): Decided {
  const state = base === undefined && next ? 'conflict' : 'keep';
  return { state, why: 'something that is no file is in its place' };
}

const still = { before: undefined, after: undefined } as const;

/** The digest of a file as Dewar wrote it last, and the file as Dewar would write it now. */
interface Versions {
  readonly base: string | undefined;
  readonly next: RenderedFile | undefined;
}

interface Digests {
  readonly base: string | undefined;
  readonly mine: string | undefined;
  readonly next: string | undefined;
}

interface Decided {
  readonly state: FileState;
  readonly why?: string;
}

function decide({ base, mine, next }: Digests): Decided {
  if (next === undefined) return dropped(base, mine);
  if (mine === next || base === next) return { state: 'unchanged' };
  if (mine === undefined)
    return base === undefined ? { state: 'new' } : { state: 'keep', why: 'you deleted or moved it' };
  if (mine === base) return { state: 'clean' };
  const why = base === undefined ? 'a file of yours is in its place' : 'you and Dewar changed it';
  return { state: 'conflict', why: `${why}; Dewar's is beside it, as *${theirs}` };
}

function dropped(base: string | undefined, mine: string | undefined): Decided {
  if (mine === undefined || base === undefined) return { state: 'unchanged' };
  if (mine === base) return { state: 'deleted' };
  return { state: 'keep', why: 'Dewar no longer writes it, and you changed it' };
}
