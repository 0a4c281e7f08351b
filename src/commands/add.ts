import { applyAt } from '../plan/apply-at.ts';
import type { Catalog } from '../plan/project.ts';
import { remember } from '../update/last-add.ts';
import { planAddition } from './addition.ts';
import { outcomes } from './outcome.ts';
import type { AddRequest, Result } from './result.ts';

/**
 * Puts mitigations into an app, all or nothing: where a file of the user stands in the way nothing is written.
 * @throws DewarError where no Flask app is found, or a path forbids it.
 */
export async function addMitigations(catalog: Catalog, request: AddRequest): Promise<Result> {
  const { root, dryRun } = request;
  const { writes, byHand, changes, folder, notes } = await planAddition(catalog, request);
  const conflicts = changes.some(({ state }) => state === 'conflict');
  const written = !dryRun && !conflicts;
  const forgotten = written ? remember({ root, folder }, request.ids, writes) : undefined;
  if (written) applyAt({ root, folder }, writes);
  const shown = changes.filter(({ state }) => state !== 'unchanged');
  return {
    root,
    written,
    files: outcomes(shown, request),
    byHand,
    notes: forgotten === undefined ? notes : [...notes, forgotten],
  };
}
