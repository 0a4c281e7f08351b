import { mask } from '../audit/mask.ts';
import { unifiedDiff } from '../plan/diff.ts';
import { fromApp } from '../plan/repository.ts';
import type { UpdatedFile } from '../update/files.ts';
import type { FileOutcome, FileState } from './result.ts';

/** One file with its text before and after, null where it does not exist. */
export interface Changed {
  readonly path: string;
  readonly state: FileState;
  readonly before: string | null;
  readonly after: string | null;
  readonly origin?: string;
  readonly from?: string;
  readonly why?: string;
}

/** A file of an update with its text before and after. */
export function changed({ path, state, before, after, origin, from, why }: UpdatedFile, folder: string): Changed {
  const old = before ?? null;
  return {
    path: fromApp(folder, path),
    state,
    before: old,
    after: after === undefined ? old : after,
    ...(origin !== undefined && { origin }),
    ...(from !== undefined && { from: fromApp(folder, from) }),
    ...(why !== undefined && { why }),
  };
}

/** The outcomes as commands report them; diffs are worked out only where they were asked for. */
export function outcomes(changes: readonly Changed[], { diff }: { readonly diff: boolean }): FileOutcome[] {
  return changes.map(({ path, state, before, after, ...said }) => ({
    path,
    state,
    ...said,
    ...(diff && before !== after && { diff: shown(unifiedDiff(path, before, after), { state, after }) }),
  }));
}

/** A key that is taken out of an app's own file stays out of what is printed, logged and pasted, too. */
function shown(diff: string, { state, after }: Pick<Changed, 'state' | 'after'>): string {
  if (state !== 'edited') return diff;
  const gone = (line: string): string =>
    line
      .replace(/(["'])((?!\1).+?)\1/g, (all, quote: string) => (after?.includes(all) ? all : `${quote}…${quote}`))
      .replace(/^(-\s*ENV\s+\w+\s+)\S+$/, '$1…');
  return diff
    .replace(/^([- ])(?!-- )(.*)$/gm, (_, sign: string, line: string) => sign + mask(line))
    .replace(/^-(?!-- ).*(secret|passw|token|key|salt).*$/gim, (line) => gone(line));
}
