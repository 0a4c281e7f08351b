import { mergeText, type SideNames } from './merge.ts';

/** One file in its three versions; undefined where the file does not exist. */
export interface Versions {
  /** As Dewar wrote it last. */
  readonly base: string | undefined;
  /** As it stands in the app. */
  readonly mine: string | undefined;
  /** As Dewar would write it now. */
  readonly next: string | undefined;
}

/** What becomes of a file; `src/commands/result.ts` says what each word means to the user. */
export type FileState = 'new' | 'identical' | 'updated' | 'merged' | 'delete' | 'keep' | 'conflict';

/** The state of a file and its new text: undefined leaves it alone, null deletes it. */
export interface Reconciled {
  readonly state: FileState;
  readonly text: string | null | undefined;
}

/** Decides one file by three-way merge; pure. */
export function reconcile({ base, mine, next }: Versions, names?: SideNames): Reconciled {
  if (next === undefined) return dropped(base, mine);
  if (mine === undefined) return base === undefined ? { state: 'new', text: next } : untouched('keep');
  if (mine === next || base === next) return untouched('identical');
  if (base === undefined) return untouched('conflict');
  if (mine === base) return { state: 'updated', text: next };
  const { text, conflicts } = mergeText({ base, mine, theirs: next }, names);
  return { state: conflicts > 0 ? 'conflict' : 'merged', text };
}

function dropped(base: string | undefined, mine: string | undefined): Reconciled {
  if (mine === undefined || base === undefined) return untouched('identical');
  return mine === base ? { state: 'delete', text: null } : untouched('keep');
}

function untouched(state: FileState): Reconciled {
  return { state, text: undefined };
}
