import { accessSync, constants, existsSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import { attempt, look } from '../plan/disk.ts';

/**
 * Refuses a folder in which no new app can be written, before anybody has answered a question about it.
 * @throws DewarError where a file or a broken link stands in the way, rights are missing, or an app of Dewar's is there.
 */
export function checkTarget(target: string, { dryRun }: { readonly dryRun: boolean }): void {
  const there = nearest(resolve(target));
  if (!attempt(there, () => reached(there)).isDirectory()) throw isFile(there, target);
  if (existsSync(join(target, '.dewar/project.json')))
    throw new DewarError(`${target} already is an app that Dewar wrote: use "dewar add" or "dewar update" there.`);
  if (!dryRun) attempt(there, () => accessSync(there, constants.W_OK | constants.X_OK));
}

/** The lowest part of a path at which something stands. */
function nearest(path: string): string {
  return attempt(path, () => look(path)) === undefined ? nearest(dirname(path)) : path;
}

function reached(path: string): Stats {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats) return stats;
  throw new DewarError(
    `${path} is a link to ${readlinkSync(path)}, which leads nowhere: make that folder, or name another one.`,
    Exit.usage,
  );
}

function isFile(there: string, target: string): DewarError {
  const why = there === target ? '' : `, so ${target} cannot be made in it`;
  return new DewarError(`${there} is a file${why}: name a folder for the new app.`, Exit.usage);
}
