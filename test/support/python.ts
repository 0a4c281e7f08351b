import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './imports.ts';

const python = process.platform === 'win32' ? 'python' : 'python3';

/** A virtual environment with these pinned distributions, made once and kept in .cache/; gives its folder of programs. */
export function environment(requirements: readonly string[]): string {
  const name = createHash('sha256')
    .update([pythonVersion(), ...requirements].join('\n'))
    .digest('hex')
    .slice(0, 16);
  const folder = join(root, '.cache/environments', name);
  const programs = (top: string): string => join(top, process.platform === 'win32' ? 'Scripts' : 'bin');
  const done = join(folder, 'complete');
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(root, '.cache/environments'), { recursive: true });
    run(python, ['-m', 'venv', folder]);
    run(join(programs(folder), 'python'), [
      '-m',
      'pip',
      'install',
      '-q',
      '--disable-pip-version-check',
      ...requirements,
    ]);
    mkdirSync(`${done}.part`);
    renameSync(`${done}.part`, done);
  }
  return programs(folder);
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

function pythonVersion(): string {
  try {
    return execFileSync(python, ['--version'], { encoding: 'utf8' }).trim();
  } catch {
    throw new Error(`There is no ${python} on this machine: the tests need Python 3.11 or newer.`);
  }
}
