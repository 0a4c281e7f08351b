import { gitEnvironment } from './git-environment.ts';

/** What Git says; undefined where it fails or is not there. No program that the repository's settings name is run. */
export function git(folder: string, args: readonly string[]): string | undefined {
  return gitBytes(folder, args)?.toString('utf8');
}

/** The same where it may be no text. */
export function gitBytes(folder: string, args: readonly string[]): Buffer | undefined {
  // Most commands need no Git, and what starts programs takes Node milliseconds to load.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { status, stdout } = spawnSync('git', ['-c', 'core.fsmonitor=false', '--literal-pathspecs', ...args], {
    cwd: folder,
    env: gitEnvironment(process.env),
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout : undefined;
}

/** Ids of the texts that these files have in the last commit; none where there is no repository. */
export function committedTexts(folder: string, paths: readonly string[]): ReadonlySet<string> {
  if (paths.length === 0) return new Set();
  const listing = git(folder, ['ls-tree', '-z', 'HEAD', '--', ...paths]) ?? '';
  return new Set(listing.split('\0').flatMap((line) => /^\d+ blob ([0-9a-f]+)\t/.exec(line)?.[1] ?? []));
}
