import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * The folder at or above `folder` that holds the record of an app; the search ends at the root of a repository. A record
 * that belongs to somebody else than the folder is passed over: `/tmp/.dewar` is not for everyone who works below `/tmp`.
 */
export function appAround(folder: string): string | undefined {
  const start = resolve(folder);
  for (let at = start; ; at = dirname(at)) {
    if (existsSync(join(at, '.dewar/project.json'))) return at === start || isSameOwner(start, at) ? at : undefined;
    if (existsSync(join(at, '.git')) || dirname(at) === at) return undefined;
  }
}

function isSameOwner(start: string, at: string): boolean {
  return statSync(start, { throwIfNoEntry: false })?.uid === statSync(join(at, '.dewar')).uid;
}
