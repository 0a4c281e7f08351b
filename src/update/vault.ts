import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

// What a change takes out of an app may be a leaked key: it must not stay in the app's own tree, where it is committed.

/** The private folder, outside of the tree, for what the last change took out of the app at `root`. */
export function vaultOf(root: string, env: NodeJS.ProcessEnv = process.env): string {
  const name = createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 32);
  return join(stateHome(env), 'dewar', 'undo', name);
}

/** Where programs keep what is the user's own and no cache. */
function stateHome({ XDG_STATE_HOME: state = '', LOCALAPPDATA: local = '' }: NodeJS.ProcessEnv): string {
  if (isAbsolute(state)) return state;
  return process.platform === 'win32' && isAbsolute(local) ? local : join(homedir(), '.local', 'state');
}

/** Keeps texts under their names, readable by the user alone. */
export function keep(vault: string, texts: ReadonlyMap<string, string | Buffer>): void {
  mkdirSync(vault, { recursive: true, mode: 0o700 });
  // A folder that was there already may be open to others.
  if (process.platform !== 'win32') chmodSync(vault, 0o700);
  for (const [name, text] of texts) {
    const file = join(vault, name);
    rmSync(file, { force: true });
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
  }
}

/** What was kept; undefined where there is nothing of that name. */
export function kept(vault: string, name: string): Buffer | undefined {
  const file = join(vault, name);
  return existsSync(file) ? readFileSync(file) : undefined;
}

/** Removes what is no longer needed. */
export function forget(vault: string, needed: ReadonlySet<string>): void {
  if (!existsSync(vault)) return;
  for (const name of readdirSync(vault)) if (!needed.has(name)) rmSync(join(vault, name), { force: true });
}

/** Removes everything that was kept. */
export function forgetAll(vault: string): void {
  rmSync(vault, { recursive: true, force: true });
}
