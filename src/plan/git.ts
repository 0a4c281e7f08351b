import { spawnSync } from 'node:child_process';
import { gitEnvironment } from './git-environment.ts';

/** What Git says; undefined where it fails or is not there. No program that the repository's settings name is run. */
export function git(folder: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', ['-c', 'core.fsmonitor=false', '--literal-pathspecs', ...args], {
    cwd: folder,
    env: gitEnvironment(process.env),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout : undefined;
}
