import { DewarError, Exit } from '../error.ts';
import type { AppFacts } from '../flask/facts.ts';
import { layoutOf } from '../flask/layout.ts';
import { readApp } from '../flask/read.ts';
import type { Answers } from '../mitigation.ts';
import { completeAnswers } from '../plan/answers.ts';
import { type Foreign, foreignAnswers, planForeign } from '../plan/foreign.ts';
import { order } from '../plan/order.ts';
import type { Catalog } from '../plan/project.ts';
import type { Write } from '../plan/write.ts';
import { type Record, readRecord } from '../update/record.ts';
import { fileWrites, newRecord, planUpdate, reconcileFiles } from '../update/update.ts';
import { version } from '../version.ts';
import { judged } from './audit.ts';
import { type Changed, changed } from './outcome.ts';

/** What is to be added to which app. */
export interface Wanted {
  readonly root: string;
  readonly ids: readonly string[];
  /** Answers that were given; the rest is recorded already, or the default. */
  readonly answers: Answers;
}

/** An addition that has been worked out and not yet written. */
export interface Addition {
  readonly writes: readonly Write[];
  readonly byHand: Foreign['byHand'];
  readonly changes: readonly Changed[];
  /** The folder of the app in its repository. */
  readonly folder: string;
}

/**
 * Works out how mitigations get into an app: one that Dewar wrote is brought to the larger choice, any other is edited
 * in place. Reads the app and writes nothing.
 * @throws DewarError where no Flask app is found.
 */
export async function planAddition(catalog: Catalog, wanted: Wanted): Promise<Addition> {
  const record = readRecord(wanted.root);
  if (!record || record.project.layout) return toForeign(catalog, record, wanted);
  const chosen = [...record.project.mitigations, ...wanted.ids];
  const answers = completeAnswers(catalog, chosen, { ...record.project.answers, ...wanted.answers });
  const update = planUpdate(wanted.root, record, { catalog, choice: { answers, chosen } });
  const { writes, byHand, folder } = update;
  return { writes, byHand, folder, changes: update.files.map((file) => changed(file, folder)) };
}

async function toForeign(catalog: Catalog, record: Record | undefined, wanted: Wanted): Promise<Addition> {
  const { root, ids } = wanted;
  refuseUnjudged(catalog, ids);
  const app = await readApp(root);
  const chosen = [...(record?.project.mitigations ?? []), ...ids];
  const given = { ...foreignAnswers(siteOf(app)), ...record?.project.answers, ...wanted.answers };
  const answers = completeAnswers(catalog, chosen, given);
  const foreign = await planForeign(catalog, app, { answers, chosen });
  const layout = record?.project.layout ?? layoutOf(app);
  const state = { schema: 'dewar/project/1', dewar: version, answers, mitigations: foreign.chosen, layout } as const;
  const bases = record?.bases ?? new Map<string, string>();
  const home = { root, folder: '' };
  const files = reconcileFiles(home, bases, foreign.owned);
  const edits = foreign.edited.map(({ path, before, after }): Changed => ({ path, state: 'edited', before, after }));
  return {
    writes: [
      ...fileWrites(files, foreign.owned),
      ...foreign.edited.map(({ path, after }) => ({ path, content: after })),
      ...newRecord(home, bases, { state, files: foreign.owned }),
    ],
    byHand: foreign.byHand,
    changes: [...files.map((file) => changed(file, '')), ...edits],
    folder: '',
  };
}

function siteOf({ root, sites: [site] }: AppFacts) {
  if (!site) throw new DewarError(`No Flask app was found in ${root}. Name the folder of the app with --project DIR.`);
  return site;
}

/** What the audit cannot judge cannot be shown to hold afterwards, so it is not put into an app that Dewar did not write. */
function refuseUnjudged(catalog: Catalog, ids: readonly string[]): void {
  const known = judged(catalog).map(({ id }) => id);
  const unknown = order(catalog.mitigations, ids).filter(({ id }) => !known.includes(id));
  if (unknown.length === 0) return;
  const names = unknown.map(({ id }) => id).join(', ');
  throw new DewarError(
    `${names} can be added only to an app that Dewar wrote; this version puts ${known.join(' and ')} into any other.`,
    Exit.usage,
  );
}
