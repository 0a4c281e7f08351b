import type { PackOrigin } from '../pack.ts';
import { type Contents, hashOf, readFolder } from './contents.ts';
import { fetchGit } from './git.ts';
import { fetchNpm } from './npm.ts';
import type { Source } from './source.ts';
import type { Environment } from './store.ts';

/** A pack as it was found at its source. */
export interface Fetched {
  readonly contents: Contents;
  readonly hash: string;
  readonly commit?: string;
}

/** What fetching goes by. */
export interface Fetching {
  readonly env: Environment;
  /** Where an installed npm package is looked for. */
  readonly root: string;
  /** What the app has of it, if any. */
  readonly recorded?: PackOrigin;
}

/**
 * Gets a pack from its source, newest state.
 * @throws DewarError where it is not to be had.
 */
export async function fetchPack(source: Source, fetching: Fetching): Promise<Fetched> {
  switch (source.kind) {
    case 'folder':
      return found(readFolder(source.folder));
    case 'git':
      return fetchGit(source, fetching);
    case 'npm':
      return found(await fetchNpm(source, fetching));
  }
}

function found(contents: Contents): Fetched {
  return { contents, hash: hashOf(contents) };
}
