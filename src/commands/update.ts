import { DewarError, Exit } from '../error.ts';
import { apply } from '../plan/apply.ts';
import { checkContained } from '../plan/containment.ts';
import type { Catalog, Choice } from '../plan/project.ts';
import { type Record, readRecord } from '../update/record.ts';
import { planUpdate, type UpdatedFile } from '../update/update.ts';
import { type Changed, outcomes } from './outcome.ts';
import type { Result, UpdateRequest } from './result.ts';

/**
 * Brings an app that Dewar manages to what this Dewar would write, by three-way merge, all or nothing.
 * @throws DewarError where there is no record.
 */
export function updateProject(catalog: Catalog, request: UpdateRequest): Result {
  const record = readRecord(request.root);
  if (!record)
    throw new DewarError(`${request.root} has no .dewar/project.json: Dewar did not write this app.`, Exit.usage);
  return updateManaged(catalog, record, { ...request, choice: recordedChoice(record) });
}

/** The choice that a managed app was written from. */
export function recordedChoice({ project }: Record): Choice {
  return { answers: project.answers, chosen: project.mitigations };
}

/** Brings a managed app to another choice; adding a mitigation to it is such an update. */
export function updateManaged(
  catalog: Catalog,
  record: Record,
  request: UpdateRequest & { readonly choice: Choice },
): Result {
  const { root, choice, dryRun } = request;
  const update = planUpdate(root, record, { catalog, choice });
  checkContained(
    root,
    update.writes.map(({ path }) => path),
  );
  if (!dryRun) apply(root, update.writes);
  const files = update.files.filter(({ state }) => state !== 'identical').map(changed);
  return { root, written: !dryRun, files: outcomes(files, request), byHand: update.byHand };
}

/** A file of an update with its text before and after. */
export function changed({ path, state, before, after }: UpdatedFile): Changed {
  const old = before ?? null;
  return { path, state, before: old, after: after === undefined ? old : after };
}
