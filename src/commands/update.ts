import { DewarError, Exit } from '../error.ts';
import type { Answers } from '../mitigation.ts';
import { completeAnswers } from '../plan/answers.ts';
import { applyAt } from '../plan/apply-at.ts';
import type { Catalog, Choice } from '../plan/project.ts';
import type { Write } from '../plan/write.ts';
import { appAround } from '../update/around.ts';
import { refuseDirty } from '../update/dirty.ts';
import { remember } from '../update/last-add.ts';
import type { Migrated } from '../update/migrate.ts';
import type { ConflictStyle } from '../update/reconcile.ts';
import { type Record, readRecord } from '../update/record.ts';
import { planUpdate } from '../update/update.ts';
import { newest } from '../update/versions.ts';
import { version } from '../version.ts';
import { type Changed, changed, outcomes } from './outcome.ts';
import type { Result, UpdateRequest } from './result.ts';

/** An update of any app that has a record, worked out and not yet written. */
export interface PlannedUpdate {
  readonly record: Record;
  readonly writes: readonly Write[];
  readonly changes: readonly Changed[];
  readonly byHand: Result['byHand'];
  readonly notes: readonly string[];
  /** The folder of the app in its repository. */
  readonly folder: string;
}

/**
 * Brings an app to what this Dewar would write, by three-way merge; what both changed is left to the user.
 * @throws DewarError where there is no record, work is not committed, or a path forbids it.
 */
export async function updateProject(catalog: Catalog, request: UpdateRequest): Promise<Result> {
  const { root, dryRun } = request;
  const record = recordAt(root);
  const { writes, changes, byHand, notes, folder } = await planUpdateOf(catalog, record, request);
  const isSafe = dryRun || request.allowDirty || writes.length === 0;
  if (!isSafe) await refuseDirty(root, new Set(record.bases.keys()));
  const forgotten = dryRun || writes.length === 0 ? undefined : remember({ root, folder }, ['update'], writes);
  if (!dryRun) applyAt({ root, folder }, writes);
  const said = forgotten === undefined ? notes : [...notes, forgotten];
  return { root, written: !dryRun, files: outcomes(changes, request), byHand, notes: said };
}

/** What an update is told besides the app. */
export type UpdateWish = Pick<UpdateRequest, 'root' | 'app' | 'choose' | 'answers' | 'chosen' | 'to' | 'conflict'>;

/**
 * Works out an update; reads, never writes.
 * @throws DewarError where another version is wanted than the one that runs, or the app is no Flask app any more.
 */
export async function planUpdateOf(catalog: Catalog, record: Record, wish: UpdateWish): Promise<PlannedUpdate> {
  refuseOtherVersion(record, wish);
  const choice = recordedChoice(catalog, record, wish);
  const style: { style?: ConflictStyle } = wish.conflict === undefined ? {} : { style: wish.conflict };
  if (record.project.layout)
    return (await import('./foreign-update.ts')).planForeignUpdate(catalog, { wish, record, choice, ...style });
  const update = await planUpdate(wish.root, record, { catalog, choice, ...style });
  const { files, folder, writes, byHand } = update;
  const own = await migrated(wish.root, record, catalog);
  return {
    record,
    folder,
    notes: [],
    byHand: [...byHand, ...own.byHand],
    writes: [...writes, ...own.edited.map(({ path, after }) => ({ path, content: after }))],
    changes: [
      ...files.map((file) => changed(file, folder)),
      ...own.edited.map((edit): Changed => ({ ...edit, state: 'edited', why: 'names are in other modules now' })),
    ],
  };
}

/** What the app's own files need since what wrote the app, Dewar and its packs; most often that is nothing. */
async function migrated(root: string, { project, bases }: Record, { packs = [] }: Catalog): Promise<Migrated> {
  const grown = packs.flatMap(({ id, migrations, origin }) => {
    const recorded = project.packs?.find(({ name }) => name === id);
    return recorded && recorded.version !== origin.version
      ? [{ migrations, from: recorded.version, to: origin.version }]
      : [];
  });
  if (project.dewar === version && grown.length === 0) return { edited: [], byHand: [] };
  const [{ migrate, stepsBetween }, { migrations }] = await Promise.all([
    import('../update/migrate.ts'),
    import('../generated/migrations.ts'),
  ]);
  const due = [{ migrations, from: project.dewar, to: version }, ...grown].flatMap(({ migrations: steps, from, to }) =>
    stepsBetween(steps, from, to).filter(({ id }) => project.mitigations.includes(id)),
  );
  return migrate(due, { root, package: String(project.answers['package']), managed: new Set(bases.keys()) });
}

/**
 * The choice that a managed app is brought to: as recorded, but for what is wanted otherwise, and with what its packs
 * insist on by now; a question that is newer than the app is answered by its default.
 */
export function recordedChoice(
  catalog: Catalog,
  { project }: Record,
  { answers: given = {}, chosen: wanted = project.mitigations }: Pick<UpdateWish, 'answers' | 'chosen'> = {},
): Choice {
  const policies = (catalog.packs ?? []).map(({ policy }) => policy);
  const chosen = [...new Set([...wanted, ...policies.flatMap(({ require }) => require)])];
  const all: Answers = Object.assign({}, project.answers, ...policies.map(({ answers }) => answers), given);
  return { answers: completeAnswers(catalog, chosen, all), chosen };
}

/**
 * The record of the app at `root`.
 * @throws DewarError where there is none, or it cannot be read.
 */
export function recordAt(root: string): Record {
  const record = readRecord(root);
  if (record) return record;
  const around = appAround(root);
  const hint = around === undefined ? '' : ` The app around it is ${around}.`;
  throw new DewarError(
    `${root} has no .dewar/project.json: Dewar does not know this app. Take it under management with "dewar adopt".${hint}`,
    Exit.usage,
  );
}

/** One Dewar renders one version; going back to an older one would take away what the newer one repaired. */
function refuseOtherVersion({ project }: Record, { to = version }: UpdateWish): void {
  if (to !== version) {
    throw new DewarError(
      `This is Dewar ${version}, which brings apps to ${version} only. For ${to} run: npx generator-dewar@${to} update`,
      Exit.usage,
    );
  }
  if (newest(project.dewar, version) === version) return;
  throw new DewarError(
    `The app was written by Dewar ${project.dewar}, and this is the older ${version}. Install ${project.dewar} or newer: ` +
      `npm install --global generator-dewar@${project.dewar}`,
    Exit.usage,
  );
}
