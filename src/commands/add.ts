import { DewarError } from '../error.ts';
import { layoutOf } from '../flask/layout.ts';
import { readApp } from '../flask/read.ts';
import { completeAnswers } from '../plan/answers.ts';
import { apply } from '../plan/apply.ts';
import { checkContained } from '../plan/containment.ts';
import { type Foreign, foreignAnswers, planForeign } from '../plan/foreign.ts';
import type { Catalog } from '../plan/project.ts';
import type { Write } from '../plan/write.ts';
import { type Record, readRecord } from '../update/record.ts';
import { fileWrites, newRecord, reconcileFiles } from '../update/update.ts';
import { version } from '../version.ts';
import { type Changed, outcomes } from './outcome.ts';
import type { AddRequest, Result } from './result.ts';
import { changed, recordedChoice, updateManaged } from './update.ts';

/**
 * Puts mitigations into an app: one that Dewar wrote is updated to the larger choice, any other is edited in place.
 * @throws DewarError where no Flask app is found.
 */
export async function addMitigations(catalog: Catalog, request: AddRequest): Promise<Result> {
  const record = readRecord(request.root);
  if (!record || record.project.layout) return addToForeign(catalog, record, request);
  const recorded = recordedChoice(record);
  const chosen = [...recorded.chosen, ...request.ids];
  const answers = completeAnswers(catalog, chosen, { ...recorded.answers, ...request.answers });
  return updateManaged(catalog, record, { ...request, choice: { answers, chosen } });
}

async function addToForeign(catalog: Catalog, record: Record | undefined, request: AddRequest): Promise<Result> {
  const app = await readApp(request.root);
  const [site] = app.sites;
  if (!site)
    throw new DewarError(`No Flask app was found in ${request.root}. Name the folder of the app with --project DIR.`);
  const chosen = [...(record?.project.mitigations ?? []), ...request.ids];
  const given = { ...foreignAnswers(site), ...record?.project.answers, ...request.answers };
  const choice = { answers: completeAnswers(catalog, chosen, given), chosen };
  const foreign = await planForeign(catalog, app, choice);
  const state = {
    schema: 'dewar/project/1',
    dewar: version,
    answers: choice.answers,
    mitigations: foreign.chosen,
    layout: record?.project.layout ?? layoutOf(app),
  } as const;
  const bases = record?.bases ?? new Map<string, string>();
  const files = reconcileFiles(request.root, bases, foreign.owned);
  const writes = [
    ...fileWrites(files, foreign.owned),
    ...editWrites(foreign),
    ...newRecord(request.root, bases, { state, files: foreign.owned }),
  ];
  return write(request, { writes, byHand: foreign.byHand, changes: [...files.map(changed), ...edits(foreign)] });
}

interface Planned {
  readonly writes: readonly Write[];
  readonly byHand: Foreign['byHand'];
  readonly changes: readonly Changed[];
}

function write(request: AddRequest, { writes, byHand, changes }: Planned): Result {
  const { root, dryRun } = request;
  checkContained(
    root,
    writes.map(({ path }) => path),
  );
  const conflicts = changes.some(({ state }) => state === 'conflict');
  const written = !dryRun && !conflicts;
  if (written) apply(root, writes);
  const shown = changes.filter(({ state }) => state !== 'identical');
  return { root, written, files: outcomes(shown, request), byHand };
}

function editWrites({ edited }: Foreign): Write[] {
  return edited.map(({ path, after }) => ({ path, content: after }));
}

function edits({ edited }: Foreign): Changed[] {
  return edited.map(({ path, before, after }) => ({ path, state: 'edited', before, after }));
}
