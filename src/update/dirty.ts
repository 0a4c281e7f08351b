import { DewarError, Exit } from '../error.ts';
import { repositoryAround } from '../plan/repository.ts';

/** Shown at most; a person then knows which they are. */
const NAMED = 5;

/**
 * Refuses an app with work that is not committed: a merge that turns out wrong is then taken back by Git. Files that Git
 * does not know are no reason to stop, unless Dewar wrote them.
 * @throws DewarError where there is such work.
 */
export async function refuseDirty(root: string, managed: ReadonlySet<string>): Promise<void> {
  if (repositoryAround(root) === undefined) return;
  const { execa } = await import('execa');
  const args = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--', '.'];
  const { stdout, exitCode, stderr } = await execa('git', args, { cwd: root, reject: false });
  if (exitCode !== 0) {
    const why = stderr.split('\n')[0] || 'git was not found';
    throw new DewarError(
      `Git cannot say whether all is committed in ${root}: ${why}. Go on with --allow-dirty.`,
      Exit.dirty,
    );
  }
  const { stdout: prefix } = await execa('git', ['rev-parse', '--show-prefix'], { cwd: root, reject: false });
  const dirty = stdout.split('\0').flatMap((entry): string[] => {
    const path = entry.slice(3 + prefix.trim().length);
    if (path === '' || (entry.startsWith('??') && !managed.has(path))) return [];
    return [path];
  });
  if (dirty.length === 0) return;
  const more = dirty.length > NAMED ? ` and ${dirty.length - NAMED} more` : '';
  throw new DewarError(
    `${root} has changes that are not committed: ${dirty.slice(0, NAMED).join(', ')}${more}. Commit or stash them, so ` +
      'that you can take the change back, or give --allow-dirty.',
    Exit.dirty,
  );
}
