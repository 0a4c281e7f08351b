import { unifiedDiff } from '../plan/diff.ts';
import { type LineMerge, markedText, type SideNames, textOf } from './merge.ts';
import { mergeFile, plainText, writtenLike } from './merge-file.ts';
import { type Offered, offersOf } from './rejected.ts';

/** One file in its three versions; undefined where the file does not exist. */
export interface Versions {
  /** As Dewar wrote it last. */
  readonly base: string | undefined;
  /** As it stands in the app; `strange` says why it cannot be read as a text. */
  readonly mine: string | undefined | { readonly strange: string };
  /** As Dewar would write it now. */
  readonly next: string | undefined;
}

/** What becomes of a file; `src/commands/result.ts` says what each word means to the user. */
export type FileState = 'new' | 'unchanged' | 'clean' | 'merged' | 'deleted' | 'keep' | 'conflict';

/** Where what cannot be merged goes: between marks in the file, or as a patch beside it. */
export type ConflictStyle = 'inline' | 'rej';

/** The state of a file and its new text: undefined leaves it alone, null deletes it. */
export interface Reconciled {
  readonly state: FileState;
  readonly text: string | null | undefined;
  /** Why it is in this state, where the word does not say it. */
  readonly why?: string;
  /** A patch from the file as it then is to what Dewar would write. */
  readonly reject?: string;
  readonly offers?: readonly Offered[];
}

/** How a file is merged. */
export interface Manner {
  readonly path: string;
  readonly style: ConflictStyle;
  /** What marks call the sides. */
  readonly names?: SideNames;
  /** Conflicts of earlier updates. */
  readonly offers?: readonly Offered[];
}

/** Decides one file by three-way merge; touches no disk. */
export async function reconcile({ base, mine, next }: Versions, manner: Manner): Promise<Reconciled> {
  if (typeof mine === 'object') return strange({ base, next }, mine.strange);
  if (next === undefined) return dropped(base, mine);
  if (mine === undefined) return missing(base, next);
  if (same(mine, next) || base === next) return untouched('unchanged');
  if (base !== undefined && same(mine, base)) return { state: 'clean', text: writtenLike(next, mine) };
  return merged({ base, mine, next }, manner);
}

function missing(base: string | undefined, next: string): Reconciled {
  if (base === undefined) return { state: 'new', text: next };
  return base === next ? untouched('unchanged') : untouched('keep', 'you deleted or moved it');
}

function dropped(base: string | undefined, mine: string | undefined): Reconciled {
  if (mine === undefined || base === undefined) return untouched('unchanged');
  if (same(mine, base)) return { state: 'deleted', text: null };
  return untouched('keep', 'Dewar no longer writes it, and you changed it');
}

/** Dewar reads and writes texts only: a link, a folder or a picture in their place is the user's. */
function strange({ base, next }: Pick<Versions, 'base' | 'next'>, why: string): Reconciled {
  if (base === next || next === undefined) return untouched('unchanged');
  return untouched(base === undefined ? 'conflict' : 'keep', why);
}

interface Both {
  readonly base: string | undefined;
  readonly mine: string;
  readonly next: string;
}

async function merged({ base, mine, next }: Both, manner: Manner): Promise<Reconciled> {
  const result = await mergeFile(manner.path, { base: base ?? '', mine, next }, manner.offers);
  if ('text' in result) {
    if (result.text === plainText(mine)) return untouched('unchanged');
    return { state: 'merged', text: writtenLike(result.text, mine) };
  }
  if (base === undefined) {
    const reject = unifiedDiff(manner.path, plainText(mine), next);
    return { state: 'conflict', text: undefined, why: 'a file of yours is in its place', reject };
  }
  return conflict(result, mine, manner);
}

function conflict(
  { conflict: merge, why }: { conflict: LineMerge; why: string },
  mine: string,
  { path, style, names }: Manner,
): Reconciled {
  const offers = offersOf(merge);
  const kept = textOf(merge, 'mine');
  if (style === 'inline') return { state: 'conflict', text: writtenLike(markedText(merge, names), mine), why, offers };
  const text = kept === plainText(mine) ? undefined : writtenLike(kept, mine);
  return { state: 'conflict', text, why, reject: unifiedDiff(path, kept, textOf(merge, 'next')), offers };
}

/** Line ends are Git's to change, and say nothing about who edited a file. */
function same(left: string, right: string): boolean {
  return left === right || plainText(left) === plainText(right);
}

function untouched(state: FileState, why?: string): Reconciled {
  return { state, text: undefined, ...(why !== undefined && { why }) };
}
