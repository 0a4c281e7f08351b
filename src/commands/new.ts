import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import { apply } from '../plan/apply.ts';
import { type Decision, decide } from '../plan/conflicts.ts';
import { firstMissing } from '../plan/containment.ts';
import { type Catalog, type Choice, renderProject } from '../plan/project.ts';
import { fromRepository } from '../plan/repository.ts';
import type { Write } from '../plan/write.ts';
import { folderOf, isRecord, recordWrites } from '../update/record.ts';
import { version } from '../version.ts';
import { type Changed, outcomes } from './outcome.ts';
import type { NewRequest, Result } from './result.ts';

/** Everything `new` writes for a choice, record included; pure, and the same for every host. */
export function planNew(catalog: Catalog, choice: Choice): Write[] {
  return planned(catalog, choice).writes;
}

function planned(catalog: Catalog, choice: Choice): { writes: Write[]; byHand: Result['byHand'] } {
  const { files, chosen, answers, byHand } = renderProject(catalog, choice);
  const state = { schema: 'dewar/project/1', dewar: version, answers, mitigations: chosen } as const;
  const writes = files.map(({ path, text, executable }) => ({ path, content: text, executable }));
  return { writes: [...writes, ...recordWrites(state, files)], byHand };
}

/**
 * Writes a new app, all or nothing.
 * @throws DewarError where the folder is managed already, or a path or a conflict forbids it; nothing is written then.
 */
export async function newProject(catalog: Catalog, request: NewRequest): Promise<Result> {
  const { target, dryRun } = request;
  refuseManaged(target);
  const home = { root: target, folder: folderOf(request.answers) };
  const plan = planned(catalog, request);
  const { root, writes } = fromRepository(home, plan.writes);
  const decisions = await decisionsFor(root, writes, request);
  const conflicts = decisions.some(({ state }) => state === 'conflict');
  const written = !dryRun && !conflicts;
  if (written)
    apply(
      root,
      decisions.filter(isWritten).map(({ write }) => write),
    );
  const shown = decisions.filter(({ write }) => !isRecord(write.path)).map((each) => change(root, each));
  return { root, written, files: outcomes(shown, request), byHand: plan.byHand };
}

/** Nothing stands in the way in a folder that does not exist; what may be written at all `apply` checks itself. */
async function decisionsFor(root: string, writes: readonly Write[], request: NewRequest): Promise<Decision[]> {
  if (request.dryRun || firstMissing(root) === undefined) return decide(root, writes, request);
  return writes.map((write) => ({ write, state: 'new' }));
}

function isWritten({ state }: Decision): boolean {
  return state === 'new' || state === 'overwrite';
}

function change(root: string, { write, state }: Decision): Changed {
  const before = state === 'new' ? null : readFileSync(join(root, write.path), 'utf8');
  return { path: write.path, state, before, after: String(write.content) };
}

function refuseManaged(root: string): void {
  if (existsSync(root) && !statSync(root).isDirectory())
    throw new DewarError(`${root} is a file: name a folder for the new app.`, Exit.usage);
  if (existsSync(join(root, '.dewar/project.json')))
    throw new DewarError(`${root} already is an app that Dewar wrote: use "dewar add" or "dewar update" there.`);
}
