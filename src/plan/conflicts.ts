import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import { type Found, firstMissing, survey } from './containment.ts';
import { unifiedDiff } from './diff.ts';
import { attempt } from './disk.ts';
import type { Write } from './write.ts';

/** What to do with a file that exists and differs; `theirs` takes Dewar's text. */
export type ConflictMode = 'ask' | 'keep' | 'theirs' | 'fail';

/** A file that exists and differs. */
export interface Conflict {
  readonly path: string;
  /** Unified diff from the user's file to Dewar's; empty where either is no text. */
  readonly diff: string;
}

/** The answer about one file; the longer ones hold for every file after it too. */
export type ConflictAnswer = 'keep' | 'theirs' | 'keep all' | 'theirs all';
export type AskConflict = (conflict: Conflict) => Promise<ConflictAnswer>;

/** How differing files are dealt with; `ask` without somebody to ask is `fail`. */
export interface ConflictPolicy {
  readonly onConflict: ConflictMode;
  readonly ask?: AskConflict;
}

/** What becomes of one file. A deletion is `overwrite`, and `unchanged` where the file is gone already. */
export interface Decision {
  readonly write: Write;
  readonly state: 'new' | 'unchanged' | 'overwrite' | 'keep' | 'conflict';
}

/**
 * Decides about every file, in the order of the writes; reads the target and changes nothing. Nothing stands in the way
 * below a root that is missing: whether the paths are contained there is for `apply` or `checkContained` to say.
 * @throws DewarError where a path leads out of a root that is there.
 */
export async function decide(root: string, writes: readonly Write[], policy: ConflictPolicy): Promise<Decision[]> {
  if (firstMissing(root) !== undefined) return writes.map((write) => ({ write, state: stateWhereMissing(write) }));
  const found = survey(
    root,
    writes.map(({ path }) => path),
  );
  const decisions: Decision[] = [];
  let now = policy;
  for (const write of writes) {
    const old = read(root, write.path, found);
    if (old === null || isSame(old, write.content)) {
      decisions.push({ write, state: old === null ? stateWhereMissing(write) : 'unchanged' });
    } else {
      const answer = await answerFor(write, old, now);
      now = following(now, answer);
      decisions.push({ write, state: stateFor(answer) });
    }
  }
  return decisions;
}

function stateWhereMissing({ content }: Write): Decision['state'] {
  return content === null ? 'unchanged' : 'new';
}

/** Throws with every conflict by name, where there is one. */
export function refuseConflicts(decisions: readonly Decision[]): void {
  const paths = decisions.filter(({ state }) => state === 'conflict').map(({ write }) => write.path);
  if (paths.length === 0) return;
  throw new DewarError(
    `Nothing was written, since ${paths.length === 1 ? 'a file differs' : `${paths.length} files differ`}: ` +
      `${paths.join(', ')}. Choose with --on-conflict keep (yours stay) or theirs (Dewar's replace them).`,
    Exit.conflicts,
  );
}

function read(root: string, path: string, found: ReadonlyMap<string, Found>): Buffer | null {
  return found.get(path)?.exists ? attempt(path, () => readFileSync(join(root, path))) : null;
}

async function answerFor(write: Write, old: Buffer, policy: ConflictPolicy): Promise<ConflictMode | ConflictAnswer> {
  const { onConflict, ask } = policy;
  return onConflict === 'ask' && ask ? await ask(conflictOf(write, old)) : onConflict;
}

/** The policy for the next file. */
function following(policy: ConflictPolicy, answer: ConflictMode | ConflictAnswer): ConflictPolicy {
  if (answer === 'keep all') return { onConflict: 'keep' };
  return answer === 'theirs all' ? { onConflict: 'theirs' } : policy;
}

function stateFor(answer: ConflictMode | ConflictAnswer): Decision['state'] {
  if (answer.startsWith('keep')) return 'keep';
  return answer.startsWith('theirs') ? 'overwrite' : 'conflict';
}

function isSame(old: Buffer, content: Write['content']): boolean {
  return content !== null && old.equals(typeof content === 'string' ? Buffer.from(content) : content);
}

function conflictOf({ path, content }: Write, old: Buffer): Conflict {
  const isText = !old.includes(0) && !(content instanceof Uint8Array);
  return { path, diff: isText ? unifiedDiff(path, old.toString('utf8'), content) : '' };
}
