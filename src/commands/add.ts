import { applyAt } from '../plan/apply-at.ts';
import type { Catalog } from '../plan/project.ts';
import { refuseDirty } from '../update/dirty.ts';
import { remember } from '../update/last-add.ts';
import { type Addition, planAddition } from './addition.ts';
import { readAimed } from './aim.ts';
import { outcomes } from './outcome.ts';
import type { AddRequest, AddResult } from './result.ts';
import { rowsOf, type Standing, standingOf } from './standing.ts';

/**
 * Puts mitigations into an app, all or nothing: where a file of the user stands in the way nothing is written.
 * @throws DewarError where no Flask app is found, a path forbids it, or changes are not committed.
 */
export async function addMitigations(catalog: Catalog, request: AddRequest): Promise<AddResult> {
  const addition = await planAddition(catalog, request);
  const { changes, folder, writes, before, notes, ...told } = addition;
  const home = { root: request.root, folder };
  if (!request.allowDirty && writes.length > 0) await refuseDirty(home.root, new Set(writes.map(({ path }) => path)));
  const conflicts = changes.some(({ state }) => state === 'conflict');
  const written = !request.dryRun && !conflicts;
  const forgotten = written ? remember(home, addition.ids, writes) : undefined;
  if (written) applyAt(home, writes);
  const shown = changes.filter(({ state }) => state !== 'unchanged');
  return {
    root: request.root,
    written,
    files: outcomes(shown, request),
    ...told,
    notes: forgotten === undefined ? notes : [...notes, forgotten],
    audit: { before, ...(written && { after: await after(catalog, request, addition) }) },
  };
}

/** The states now; where nothing was written they are what they were. */
async function after(catalog: Catalog, request: AddRequest, { writes, before }: Addition): Promise<Standing> {
  if (writes.length === 0) return before;
  return standingOf(await rowsOf(catalog, await readAimed(request), Object.keys(before)));
}
