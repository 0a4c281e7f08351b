import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { ByHand } from '../mitigation.ts';
import type { Contribution } from './collect.ts';

/** The mitigations that would edit a file of another repository, such as a submodule: its change belongs there. */
export function inOtherRepositories(
  root: string,
  contributions: readonly Contribution[],
): (ByHand & { from: string })[] {
  const steps = new Map<string, ByHand & { from: string }>();
  for (const { from, change } of contributions) {
    if (change.kind !== 'splice') continue;
    const folder = repositoryBelow(root, change.file);
    if (folder === undefined) continue;
    const what = `${change.file} belongs to the repository in ${folder}: make this change there, commit it, and run add again.`;
    steps.set(`${from} ${change.file}`, { kind: 'by-hand', from, what, snippet: change.insert, withholds: true });
  }
  return [...steps.values()];
}

/** The folder between the app and the file that is a repository of its own. */
function repositoryBelow(root: string, file: string): string | undefined {
  for (let folder = posix.dirname(file); folder !== '.'; folder = posix.dirname(folder)) {
    if (existsSync(join(root, folder, '.git'))) return folder;
  }
  return undefined;
}
