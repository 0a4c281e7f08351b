import { DewarError, Exit } from '../error.ts';
import { applyAt } from '../plan/apply-at.ts';
import type { Catalog } from '../plan/project.ts';
import { forgetAdds } from '../update/last-add.ts';
import { isRecord } from '../update/record.ts';
import { recordPaths } from '../update/record-files.ts';
import { takeBack } from '../update/take-back.ts';
import { readRecorded } from './aim.ts';
import { planForeignChange } from './foreign-change.ts';
import { type Changed, changed, outcomes } from './outcome.ts';
import type { Result, UndoRequest } from './result.ts';
import { left } from './undo.ts';
import { recordAt } from './update.ts';

/**
 * Takes back all that `add` did to an app that Dewar did not write, by the record in the app: also in a clone, and after
 * other changes. What the record does not hold, and Git does not either, is left to the user.
 * @throws DewarError where Dewar wrote the app, or has no record of it.
 */
export async function undoAll(catalog: Catalog, { root, dryRun, diff }: UndoRequest): Promise<Result> {
  const record = recordAt(root);
  const { layout, adopted, answers, mitigations, app } = record.project;
  if (!layout) {
    throw new DewarError(
      `Dewar wrote the whole app in ${root}: there is nothing of "dewar add" to take back.`,
      Exit.usage,
    );
  }
  const aimed = () => readRecorded({ root }, app);
  const own = await planForeignChange(catalog, { root, aimed, record, choice: { answers, chosen: [] } });
  const back = await takeBack(root);
  const writes = [...own.writes, ...back.writes];
  // An app that was adopted stays so.
  const gone = adopted ? [] : recordPaths(root).map((path) => ({ path, content: null }));
  if (!dryRun) {
    applyAt({ root, folder: '' }, [...(adopted ? writes : writes.filter(({ path }) => !isRecord(path))), ...gone]);
    forgetAdds(root);
  }
  const edits = back.files.map((file): Changed => ({ ...changed(file, ''), state: 'edited' }));
  const shown = [...own.changes.filter(({ state }) => state !== 'unchanged'), ...edits];
  return {
    root,
    written: !dryRun,
    files: outcomes(shown, { diff, undoes: true }),
    byHand: [...shown.flatMap(left), ...back.byHand],
    notes: [`${dryRun ? 'Would take back' : 'Took back'}: ${mitigations.join(', ') || 'nothing'}.`],
  };
}
