import type { FileOutcome, Result } from '../../src/commands/result.ts';

/** What a command changed: path and state of each file that is not as it was. */
export function changesOf({ files }: Result): Pick<FileOutcome, 'path' | 'state'>[] {
  return files.filter(({ state }) => state !== 'unchanged').map(({ path, state }) => ({ path, state }));
}
