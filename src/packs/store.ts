import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { quietly } from '../plan/disk.ts';
import { type Contents, hashOf } from './contents.ts';

/** The variables that say where a user's files are. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of what can be fetched again. */
export function cacheFolder(env: Environment): string {
  const base =
    env['XDG_CACHE_HOME'] || (process.platform === 'win32' && env['LOCALAPPDATA']) || join(homedir(), '.cache');
  return join(base, 'dewar');
}

/** The folder of what a user has decided. */
export function configFolder(env: Environment): string {
  const base = env['XDG_CONFIG_HOME'] || (process.platform === 'win32' && env['APPDATA']) || join(homedir(), '.config');
  return join(base, 'dewar');
}

/** Writes a file as a whole or not at all, readable by its owner only. */
export function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(fresh, text, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, file);
}

/** Keeps a copy of a pack, so that it is there without its source; a disk that refuses loses no more than that. */
export function keep(env: Environment, contents: Contents): void {
  const files = [...contents].map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')]);
  quietly(() => writeWhole(copyFile(env, hashOf(contents)), JSON.stringify(files)));
}

/** The pack of that hash, from the copy; undefined where there is none, or it is not what it was. */
export function kept(env: Environment, hash: string): Contents | undefined {
  try {
    const files = JSON.parse(readFileSync(copyFile(env, hash), 'utf8')) as [string, string][];
    const contents = new Map(files.map(([path, text]) => [path, Buffer.from(text, 'base64')]));
    return hashOf(contents) === hash ? contents : undefined;
  } catch {
    return undefined;
  }
}

function copyFile(env: Environment, hash: string): string {
  // The hash may come from the record of somebody else's repository.
  return join(cacheFolder(env), 'packs', `${/^[0-9a-f]{64}$/.exec(hash)?.[0] ?? 'none'}.json`);
}
