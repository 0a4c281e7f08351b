import { unifiedDiff } from '../plan/diff.ts';
import type { FileOutcome, FileState } from './result.ts';

/** One file with its text before and after, null where it does not exist. */
export interface Changed {
  readonly path: string;
  readonly state: FileState;
  readonly before: string | null;
  readonly after: string | null;
}

/** The outcomes as commands report them; diffs are worked out only where they were asked for. */
export function outcomes(changes: readonly Changed[], { diff }: { readonly diff: boolean }): FileOutcome[] {
  return changes.map(({ path, state, before, after }) => ({
    path,
    state,
    ...(diff && before !== after && { diff: unifiedDiff(path, before, after) }),
  }));
}
