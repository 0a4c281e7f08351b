import { DewarError, Exit } from '../error.ts';
import type { Answers } from '../mitigation.ts';
import { completeAnswers } from '../plan/answers.ts';
import { applyAt } from '../plan/apply-at.ts';
import type { Catalog, Choice } from '../plan/project.ts';
import { appAround } from '../update/around.ts';
import { forgetAdds } from '../update/last-add.ts';
import { type Record, readRecord } from '../update/record.ts';
import { planUpdate } from '../update/update.ts';
import { changed, outcomes } from './outcome.ts';
import type { Result, UpdateRequest } from './result.ts';

/**
 * Brings an app that Dewar wrote to what this Dewar would write, by three-way merge; lines that both changed are marked.
 * @throws DewarError where there is no record, or a path forbids it.
 */
export function updateProject(catalog: Catalog, request: UpdateRequest): Result {
  const { root, dryRun } = request;
  const record = ownRecord(root);
  const update = planUpdate(root, record, { catalog, choice: recordedChoice(catalog, record) });
  const { folder } = update;
  if (!dryRun) {
    applyAt({ root, folder }, update.writes);
    if (update.writes.length > 0) forgetAdds(root);
  }
  const shown = update.files.filter(({ state }) => state !== 'identical').map((file) => changed(file, folder));
  return { root, written: !dryRun, files: outcomes(shown, request), byHand: update.byHand };
}

/**
 * The choice that a managed app was written from, with what its packs insist on by now; a question that is newer than
 * the app is answered by its default.
 */
export function recordedChoice(catalog: Catalog, { project }: Record): Choice {
  const policies = (catalog.packs ?? []).map(({ policy }) => policy);
  const chosen = [...new Set([...project.mitigations, ...policies.flatMap(({ require }) => require)])];
  const given: Answers = Object.assign({}, project.answers, ...policies.map(({ answers }) => answers));
  return { answers: completeAnswers(catalog, chosen, given), chosen };
}

/**
 * The record of an app that Dewar wrote whole.
 * @throws DewarError for any other app.
 */
export function ownRecord(root: string): Record {
  const record = readRecord(root);
  if (!record) throw notManaged(root);
  if (!record.project.layout) return record;
  throw new DewarError(`Dewar did not write ${root}: this version updates only apps that it wrote whole.`, Exit.usage);
}

function notManaged(root: string): DewarError {
  const around = appAround(root);
  const hint = around === undefined ? '' : ` The app around it is ${around}.`;
  return new DewarError(`${root} has no .dewar/project.json: Dewar did not write this app.${hint}`, Exit.usage);
}
