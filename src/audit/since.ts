import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DewarError, Exit } from '../error.ts';

/**
 * Gives the folder as it was at a Git revision to a function, as a copy elsewhere that is removed afterwards; the
 * repository itself is only read.
 * @throws DewarError where the folder is in no repository, or the revision is unknown.
 */
export async function atRevision<T>(root: string, revision: string, use: (folder: string) => Promise<T>): Promise<T> {
  const { execa } = await import('execa');
  const git = async (...args: string[]): Promise<string> => {
    const { stdout, exitCode, stderr } = await execa('git', args, { cwd: root, reject: false });
    if (exitCode === 0) return stdout;
    const why = stderr.split('\n')[0]?.replace(/^fatal: /, '') ?? '';
    throw new DewarError(`--since ${revision}: Git cannot show that revision of ${root}: ${why}`, Exit.usage);
  };
  // A revision that begins with a dash would be taken for an option.
  const commit = (await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`)).trim();
  const prefix = (await git('rev-parse', '--show-prefix')).trim();
  const folder = mkdtempSync(join(tmpdir(), 'dewar-since-'));
  try {
    const archive = join(folder, 'tree.tar');
    const tree = join(folder, 'tree');
    mkdirSync(tree);
    await git('archive', '--format=tar', `--output=${archive}`, `${commit}:${prefix}`);
    await execa('tar', ['-xf', archive, '-C', tree]);
    return await use(tree);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
