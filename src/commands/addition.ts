import type { Row } from '../audit/run.ts';
import { DewarError, Exit } from '../error.ts';
import type { Answers } from '../mitigation.ts';
import { completeAnswers } from '../plan/answers.ts';
import { type Foreign, foreignAnswers } from '../plan/foreign.ts';
import type { Installation } from '../plan/install-notes.ts';
import { order } from '../plan/order.ts';
import type { Catalog } from '../plan/project.ts';
import { folderInRepository } from '../plan/repository.ts';
import type { Write } from '../plan/write.ts';
import type { UpdatedFile } from '../update/files.ts';
import { type Record, readRecord } from '../update/record.ts';
import { planUpdate } from '../update/update.ts';
import { type Aim, type Aimed, readRecorded } from './aim.ts';
import { refuseUneditable, unreadNotes } from './editable.ts';
import { planForeignChange } from './foreign-change.ts';
import { type Changed, changed } from './outcome.ts';
import { syncCommand } from './post.ts';
import { lacking, rowsOf, type Standing, standingOf } from './standing.ts';

/** What is to be added to which app. */
export interface Wanted extends Aim {
  /** `all`: whatever the app needs and does not have whole. */
  readonly ids: readonly string[] | 'all';
  /** Answers that were given; the rest is recorded already, or the default. */
  readonly answers: Answers;
}

/** An addition that has been worked out and not yet written. */
export interface Addition {
  /** What was asked for, by its ids. */
  readonly ids: readonly string[];
  /** What the app has from now on of that. */
  readonly added: readonly string[];
  /** What the app cannot live with yet. */
  readonly withheld: readonly string[];
  readonly exempted: Foreign['exempted'];
  readonly answers: Answers;
  /** Answers of earlier runs. */
  readonly recorded: Answers;
  /** What has to be installed and set before the app runs. */
  readonly packages: Foreign['packages'];
  readonly environment: Foreign['environment'];
  readonly installation?: Installation;
  /** The states before, of what was named and what that cannot do without. */
  readonly before: Standing;
  readonly writes: readonly Write[];
  readonly byHand: Foreign['byHand'];
  readonly changes: readonly Changed[];
  /** The folder of the app in its repository. */
  readonly folder: string;
  /** What has to be installed or set before the app runs again. */
  readonly notes: readonly string[];
}

/**
 * Works out how mitigations get into an app: one that Dewar wrote is brought to the larger choice, any other is edited
 * in place. Reads the app and writes nothing.
 * @throws DewarError where no Flask app is found.
 */
export async function planAddition(catalog: Catalog, wanted: Wanted): Promise<Addition> {
  const record = readRecord(wanted.root);
  const isOwn = record !== undefined && record.project.layout === undefined;
  const { app, name } = await readRecorded(wanted, record?.project.app);
  const named = wanted.ids === 'all' ? 'all' : order(catalog.mitigations, wanted.ids).map(({ id }) => id);
  const target: Target = { catalog, wanted, app, name, rows: await rowsOf(catalog, app, named) };
  return isOwn ? toOwn(target, record) : toForeign(target, record);
}

interface Target extends Aimed {
  readonly catalog: Catalog;
  readonly wanted: Wanted;
  readonly rows: readonly Row[];
}

async function toOwn({ catalog, wanted, rows }: Target, record: Record): Promise<Addition> {
  const ids = wanted.ids === 'all' ? catalog.mitigations.map(({ id }) => id) : wanted.ids;
  const chosen = [...record.project.mitigations, ...ids];
  const answers = completeAnswers(catalog, chosen, { ...record.project.answers, ...wanted.answers });
  const update = await planUpdate(wanted.root, record, { catalog, choice: { answers, chosen } });
  const { writes, byHand, folder, files } = update;
  return {
    ...nothing,
    ids,
    added: ids.filter((id) => !record.project.mitigations.includes(id)),
    answers,
    recorded: record.project.answers,
    before: standingOf(rows),
    writes,
    byHand,
    folder,
    ...newPackages(files, answers),
    changes: update.files.map((file) => changed(file, folder)),
  };
}

async function toForeign(target: Target, record: Record | undefined): Promise<Addition> {
  const { catalog, wanted, app, name, rows } = target;
  const before = standingOf(rows);
  const ids = wanted.ids === 'all' ? fitting(catalog, everything(catalog, rows)) : wanted.ids;
  refuseUnfit(catalog, ids);
  const own = record?.project.mitigations ?? [];
  const { wanted: fresh, byHand: present } = withoutPresent(
    target,
    ids.filter((id) => !own.includes(id)),
  );
  const chosen = [...own, ...fresh];
  const recorded = record?.project.answers ?? {};
  if (chosen.length === 0)
    return { ...nothing, ids, before, recorded, answers: { ...recorded, ...wanted.answers }, byHand: present };
  const answers = answersFor(target, chosen, recorded);
  const wish = { root: app.root, aimed: async () => ({ app, name }), record, choice: { answers, chosen } };
  refuseUneditable(app);
  const { chosen: kept, ...change } = await planForeignChange(catalog, wish);
  return {
    ...change,
    ids,
    before,
    added: kept.filter((id) => !own.includes(id)),
    withheld: order(catalog.mitigations, chosen).flatMap(({ id }) => (kept.includes(id) ? [] : [id])),
    answers,
    recorded,
    byHand: [...present, ...change.byHand],
    notes: [...change.notes, ...needless(target, ids), ...(change.writes.length > 0 ? unreadNotes(app) : [])],
    folder: '',
  };
}

/** Somebody who names a mitigation wants to know why nothing came of it. */
function needless({ rows }: Target, ids: readonly string[]): string[] {
  return rows
    .filter(({ id, state }) => state === 'n-a' && ids.includes(id))
    .map(({ id, reason }) => `${id} has nothing to defend here: ${reason}`);
}

function answersFor({ catalog, wanted, app }: Target, chosen: readonly string[], recorded: Answers): Answers {
  const folder = folderInRepository(app.root);
  const found = { ...foreignAnswers(app), ...(folder !== '' && { folder }) };
  return completeAnswers(catalog, chosen, { ...found, ...recorded, ...wanted.answers });
}

const nothing = {
  added: [],
  withheld: [],
  packages: [],
  environment: [],
  exempted: [],
  writes: [],
  changes: [],
  folder: '',
  notes: [],
} as const;

/**
 * Leaves out what the app has by other means: a second CSRFProtect or session interface beside its own would break it.
 * What its own lacks is for its developers to mend, where the plan cannot complete it.
 */
function withoutPresent({ catalog, rows }: Target, ids: readonly string[]) {
  const completes = new Map(catalog.mitigations.map((each) => [each.id, each.completes]));
  const present = rows.filter(({ id, state, implemented }) => {
    if (!ids.includes(id) || completes.get(id) === 'always') return false;
    return state === 'implemented' || (implemented.length > 0 && !completes.get(id));
  });
  const byHand = present.flatMap(({ id, missing }) =>
    missing
      .filter(({ severity }) => severity !== 'low')
      .map(({ file, line, text, why, fix }) => ({
        kind: 'by-hand' as const,
        from: id,
        ...(file !== undefined && line !== undefined && { place: { file, line, text: text ?? '' } }),
        what: `The app has its own ${id}, which is left as it is. ${why} ${fix}`,
      })),
  );
  return { wanted: ids.filter((id) => !present.some((row) => row.id === id)), byHand };
}

/** The locks of an app that Dewar wrote change when its packages do. */
function newPackages(files: readonly UpdatedFile[], answers: Answers): Pick<Addition, 'installation' | 'notes'> {
  const changedLock = files.some(({ path, state }) => path.startsWith('requirements/') && state !== 'unchanged');
  if (!changedLock) return { notes: [] };
  const command = syncCommand(answers);
  const note = `The packages changed: ${command}`;
  return { installation: { commands: [command], note }, notes: [note] };
}

/** A plan that was made for the files of Dewar's own apps would leave any other half defended. */
function refuseUnfit(catalog: Catalog, ids: readonly string[]): void {
  const unfit = order(catalog.mitigations, ids).filter(({ fitsAnyApp }) => !fitsAnyApp);
  if (unfit.length === 0) return;
  const names = unfit.map(({ id }) => id).join(', ');
  const fit = catalog.mitigations.filter(({ fitsAnyApp }) => fitsAnyApp).map(({ id }) => id);
  throw new DewarError(
    `${names} can be added only to an app that Dewar wrote; this version puts ${fit.join(' and ')} into any other.`,
    Exit.usage,
  );
}

/** Those of the ids that this version can put into any app. */
function fitting(catalog: Catalog, ids: readonly string[]): string[] {
  return ids.filter((id) => order(catalog.mitigations, [id]).every(({ fitsAnyApp }) => fitsAnyApp));
}

/** What the app lacks, what can be completed, and what these cannot do without. */
function everything(catalog: Catalog, rows: readonly Row[]): string[] {
  const ids = [...lacking(rows), ...always(catalog, rows)];
  const besides = new Set(catalog.mitigations.flatMap((each) => (ids.includes(each.id) ? (each.besides ?? []) : [])));
  return [...ids, ...rows.flatMap(({ id, state }) => (state === 'n-a' && besides.has(id) ? [id] : []))];
}

/** What there is something to add for even where the audit misses nothing. */
function always(catalog: Catalog, rows: readonly Row[]): string[] {
  const kept = rows.filter(({ state }) => state === 'implemented').map(({ id }) => id);
  return catalog.mitigations
    .filter(({ id, completes }) => completes === 'always' && kept.includes(id))
    .map(({ id }) => id);
}
