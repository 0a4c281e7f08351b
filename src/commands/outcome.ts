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

interface Shown {
  readonly diff: boolean;
  /** The changes take others back: what Dewar did not write is on the new side. */
  readonly undoes?: boolean;
}

/** The outcomes as commands report them; diffs are worked out only where they were asked for. */
export function outcomes(changes: readonly Changed[], { diff, undoes = false }: Shown): FileOutcome[] {
  return changes.map(({ path, state, before, after, ...said }) => {
    const text = diff ? unifiedDiff(path, before, after) : '';
    const keyless = undoes ? withoutKeys(text, '+', before) : state === 'edited' ? withoutKeys(text, '-', after) : text;
    return { path, state, ...said, ...(text !== '' && { diff: keyless }) };
  });
}

/** A key that is taken out of an app's own file stays out of what is printed, logged and pasted, too. */
function withoutKeys(diff: string, theirs: '-' | '+', other: string | null): string {
  const header = theirs === '-' ? '-- ' : '\\+\\+ ';
  const every = new RegExp(`^([${theirs} ])(?!${header})(.*)$`, 'gm');
  const speaking = new RegExp(`^[${theirs}](?!${header}).*(secret|passw|token|key|salt).*$`, 'gim');
  const gone = (line: string): string =>
    line
      .replace(/(["'])((?!\1).+?)\1/g, (all, quote: string) => (other?.includes(all) ? all : `${quote}…${quote}`))
      .replace(/^([-+]\s*ENV\s+\w+\s+)\S+$/, '$1…');
  return diff.replace(every, (_, sign: string, line: string) => sign + mask(line)).replace(speaking, gone);
}
