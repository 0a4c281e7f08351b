import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apply } from '../plan/apply.ts';
import { type Decision, decide } from '../plan/conflicts.ts';
import { checkContained } from '../plan/containment.ts';
import { type Catalog, type Choice, recordedPacks, renderProject } from '../plan/project.ts';
import { fromRepository } from '../plan/repository.ts';
import type { Write } from '../plan/write.ts';
import { folderOf, isRecord, recordWrites } from '../update/record.ts';
import { version } from '../version.ts';
import { type Changed, outcomes } from './outcome.ts';
import type { NewRequest, Result } from './result.ts';
import { checkTarget } from './target.ts';

/** Everything `new` writes for a choice, record included; pure, and the same for every host. */
export function planNew(catalog: Catalog, choice: Choice): Write[] {
  return planned(catalog, choice).writes;
}

function planned(catalog: Catalog, choice: Choice): { writes: Write[]; byHand: Result['byHand'] } {
  const { files, chosen, answers, byHand } = renderProject(catalog, choice);
  const own = { schema: 'dewar/project/2', dewar: version, answers, mitigations: chosen } as const;
  const state = { ...own, ...recordedPacks(catalog) };
  const writes = files.map(({ path, text, bytes, executable }) => ({ path, content: bytes ?? text, executable }));
  return { writes: [...writes, ...recordWrites(state, files)], byHand };
}

/**
 * Writes a new app, all or nothing.
 * @throws DewarError where the folder is managed already, or a path or a conflict forbids it; nothing is written then.
 */
export async function newProject(catalog: Catalog, request: NewRequest): Promise<Result> {
  const { target, dryRun } = request;
  checkTarget(target, request);
  const home = { root: target, folder: folderOf(request.answers) };
  const plan = planned(catalog, request);
  const { root, writes } = fromRepository(home, plan.writes);
  const decisions = await decide(root, writes, request);
  const conflicts = decisions.some(({ state }) => state === 'conflict');
  const written = !dryRun && !conflicts;
  const wanted = decisions.filter(isWritten).map(({ write }) => write);
  if (written) apply(root, wanted);
  else checkContained(root, pathsOf(wanted));
  const shown = decisions.filter(({ write }) => !isRecord(write.path)).map((each) => change(root, each));
  return { root, written, files: outcomes(shown, request), byHand: plan.byHand };
}

function pathsOf(writes: readonly Write[]): string[] {
  return writes.map(({ path }) => path);
}

function isWritten({ state }: Decision): boolean {
  return state === 'new' || state === 'overwrite';
}

function change(root: string, { write, state }: Decision): Changed {
  // What is no text has no lines to show.
  if (typeof write.content !== 'string') return { path: write.path, state, before: null, after: null };
  const before = state === 'new' ? null : readFileSync(join(root, write.path), 'utf8');
  return { path: write.path, state, before, after: write.content };
}
