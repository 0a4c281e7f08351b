import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from './imports.ts';

export const python = process.platform === 'win32' ? 'python' : 'python3';

/** A virtual environment with these pinned distributions, made once and kept in .cache/; gives its folder of programs. */
export function environment(requirements: readonly string[], interpreter = python): string {
  const name = createHash('sha256')
    .update([versionOf(interpreter), ...requirements].join('\n'))
    .digest('hex')
    .slice(0, 16);
  const all = join(root, '.cache/environments');
  const made = join(all, `${name}.txt`);
  mkdirSync(all, { recursive: true });
  oneAtATime(join(all, `${name}.lock`), () => {
    if (existsSync(made)) return;
    // A folder of this process alone: whatever becomes of the lock, nobody takes away what others use.
    const folder = join(all, `${name}-${process.pid}`);
    rmSync(folder, { recursive: true, force: true });
    run(interpreter, ['-m', 'venv', folder]);
    const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check'];
    run(join(programsOf(folder), 'python'), [...pip, ...requirements]);
    writeFileSync(`${folder}.txt`, folder);
    renameSync(`${folder}.txt`, made);
  });
  return programsOf(readFileSync(made, 'utf8'));
}

function programsOf(environment: string): string {
  return join(environment, process.platform === 'win32' ? 'Scripts' : 'bin');
}

/** Test files run beside each other and may want the same environment: the first makes it, the others wait. */
function oneAtATime(lock: string, make: () => void): void {
  while (!taken(lock)) {
    const owner = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
    if (owner > 0 && !isAlive(owner)) rmSync(lock, { force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  try {
    make();
  } finally {
    rmSync(lock, { force: true });
  }
}

function taken(lock: string): boolean {
  try {
    writeFileSync(lock, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

function isAlive(owner: number): boolean {
  try {
    return process.kill(owner, 0);
  } catch {
    return false;
  }
}

/** Runs a program to its end and gives what it printed; its own words are in the error when it fails. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): string {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1e8,
      ...options,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed: ${(error as Error).message}\n${stdout}\n${stderr}`);
  }
}

/** The program of another line of Python: on the path, or of pyenv. */
export function pythonOf(line: string): string {
  const pyenv = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
  const installed = existsSync(pyenv) ? readdirSync(pyenv).filter((name) => name.startsWith(`${line}.`)) : [];
  const own = installed.map((name) => join(pyenv, name, 'bin/python'));
  const found = [...own, `python${line}`].find((program) => spawnSync(program, ['--version']).status === 0);
  if (found === undefined)
    throw new Error(`There is no Python ${line} on this machine: install it, for instance by "pyenv install ${line}".`);
  return found;
}

function versionOf(program: string): string {
  try {
    return execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
  } catch {
    throw new Error(`There is no ${program} on this machine: the tests need Python 3.11 or newer.`);
  }
}
