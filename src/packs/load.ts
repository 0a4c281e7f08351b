import { DewarError, Exit } from '../error.ts';
import type { PackOrigin } from '../pack.ts';
import type { Contents } from './contents.ts';
import { type Fetched, fetchPack } from './fetch.ts';
import type { ReadPack } from './layer.ts';
import { readManifest } from './manifest.ts';
import { recordedSource, type Source, sourceOf } from './source.ts';
import { type Environment, keep, kept } from './store.ts';

/** How packs are loaded for an app. */
export interface Loading {
  /** The folder of the app, or the current one. */
  readonly root: string;
  readonly env: Environment;
  /** Told when a copy stands in for a source that is not to be had. */
  readonly note: (message: string) => void;
}

/** Loads the packs that a command line names; their paths count from the current folder, and stay absolute for now. */
export async function loadNamed(written: readonly string[], cwd: string, loading: Loading): Promise<ReadPack[]> {
  const packs: ReadPack[] = [];
  for (const word of written) {
    const source = sourceOf(word, cwd);
    const pack = readPack(source, await fetchPack(source, { env: loading.env, root: cwd }), loading);
    packs.push(source.kind === 'folder' ? { ...pack, origin: { ...pack.origin, source: source.folder } } : pack);
  }
  return packs;
}

/**
 * Loads the packs of an app as they are now, for an update; a copy stands in for a source that is not to be had.
 * @throws DewarError where there is neither.
 */
export async function loadNewest(origins: readonly PackOrigin[], loading: Loading): Promise<ReadPack[]> {
  const packs: ReadPack[] = [];
  for (const origin of origins) packs.push(await newest(origin, loading));
  return packs;
}

async function newest(recorded: PackOrigin, loading: Loading): Promise<ReadPack> {
  const { root, env, note } = loading;
  const source = sourceOf(recorded.source, root);
  try {
    return readPack(source, await fetchPack(source, { env, root, recorded }), loading);
  } catch (error) {
    const copy = isUnreachable(error) ? kept(env, recorded.hash) : undefined;
    if (copy === undefined) throw error;
    note(`${(error as Error).message} The copy of ${recorded.name} ${recorded.version} is used, which this app has.`);
    return fromCopy(recorded, copy);
  }
}

/** Loads the packs of an app as the app has them: from the copies, else from sources that have not changed. */
export async function loadRecorded(origins: readonly PackOrigin[], loading: Loading): Promise<ReadPack[]> {
  const packs: ReadPack[] = [];
  for (const origin of origins) packs.push(await recordedPack(origin, loading));
  return packs;
}

async function recordedPack(recorded: PackOrigin, loading: Loading): Promise<ReadPack> {
  const copy = kept(loading.env, recorded.hash);
  if (copy !== undefined) return fromCopy(recorded, copy);
  const source = pinned(sourceOf(recorded.source, loading.root), recorded);
  const fetched = await fetchPack(source, { env: loading.env, root: loading.root, recorded });
  if (fetched.hash === recorded.hash) return { ...readPack(source, fetched, loading), origin: recorded };
  throw new DewarError(
    `The pack ${recorded.name} (${recorded.source}) is no longer what this app was written with. Bring the app up to it first: dewar update`,
    Exit.usage,
  );
}

/** A commit that is known is what is wanted, wherever its branch has gone since. */
function pinned(source: Source, { commit }: PackOrigin): Source {
  return source.kind === 'git' && commit !== undefined ? { ...source, ref: commit } : source;
}

function fromCopy(origin: PackOrigin, contents: Contents): ReadPack {
  return { contents, manifest: readManifest(contents), origin };
}

function readPack(source: Source, { contents, hash, commit }: Fetched, { root, env }: Loading): ReadPack {
  const manifest = readManifest(contents);
  keep(env, contents);
  const { name, version } = manifest;
  const origin = { name, source: recordedSource(source, root), ...(commit && { commit }), hash, version };
  return { contents, manifest, origin };
}

/** A network or a folder that is not there, as opposed to a pack that is at fault or not to be trusted. */
function isUnreachable(error: unknown): boolean {
  return error instanceof DewarError && error.exit === Exit.error;
}
