import { audit } from '../audit/run.ts';
import { DewarError, Exit } from '../error.ts';
import type { AppFacts } from '../flask/facts.ts';
import { readApp } from '../flask/read.ts';
import type { Answers } from '../mitigation.ts';
import { completeAnswers } from '../plan/answers.ts';
import { type Foreign, foreignAnswers } from '../plan/foreign.ts';
import { order } from '../plan/order.ts';
import type { Catalog } from '../plan/project.ts';
import { folderInRepository } from '../plan/repository.ts';
import type { Write } from '../plan/write.ts';
import type { UpdatedFile } from '../update/files.ts';
import { type Record, readRecord } from '../update/record.ts';
import { planUpdate } from '../update/update.ts';
import { judged } from './audit.ts';
import { planForeignChange } from './foreign-change.ts';
import { type Changed, changed } from './outcome.ts';
import { syncCommand } from './post.ts';

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
  if (!record || record.project.layout) return toForeign(catalog, record, wanted);
  const chosen = [...record.project.mitigations, ...wanted.ids];
  const answers = completeAnswers(catalog, chosen, { ...record.project.answers, ...wanted.answers });
  const update = await planUpdate(wanted.root, record, { catalog, choice: { answers, chosen } });
  const { writes, byHand, folder, files } = update;
  return {
    writes,
    byHand,
    folder,
    notes: newPackages(files, answers),
    changes: update.files.map((file) => changed(file, folder)),
  };
}

async function toForeign(catalog: Catalog, record: Record | undefined, wanted: Wanted): Promise<Addition> {
  const { root, ids } = wanted;
  refuseUnfit(catalog, ids);
  const app = await readApp(root);
  refuseNameless(app);
  const own = record?.project.mitigations ?? [];
  const { wanted: fresh, byHand: present } = await withoutPresent(
    catalog,
    app,
    ids.filter((id) => !own.includes(id)),
  );
  const chosen = [...own, ...fresh];
  if (chosen.length === 0) return { writes: [], byHand: present, changes: [], folder: '', notes: [] };
  const folder = folderInRepository(app.root);
  const found = { ...foreignAnswers(app), ...(folder !== '' && { folder }) };
  const given = { ...found, ...record?.project.answers, ...wanted.answers };
  const answers = completeAnswers(catalog, chosen, given);
  const change = await planForeignChange(catalog, { app, record, choice: { answers, chosen } });
  return { ...change, byHand: [...present, ...change.byHand], folder: '' };
}

function refuseNameless({ root, sites: [site] }: AppFacts): void {
  if (!site) throw new DewarError(`No Flask app was found in ${root}. Name the folder of the app with --project DIR.`);
  if (site.variable === '')
    throw new DewarError(
      `The app of ${site.file}:${site.line} has no name that defences could be given to: keep it in a variable, such as app = Flask(__name__), and run this again.`,
    );
}

/**
 * Leaves out what the app has by other means: a second CSRFProtect or session interface beside its own would break it.
 * What its own lacks is for its developers to mend, where the plan cannot complete it.
 */
async function withoutPresent(catalog: Catalog, app: AppFacts, ids: readonly string[]) {
  const { mitigations: rows } = audit(app, await judged(catalog));
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
function newPackages(files: readonly UpdatedFile[], answers: Answers): string[] {
  const changedLock = files.some(({ path, state }) => path.startsWith('requirements/') && state !== 'unchanged');
  return changedLock ? [`The packages changed: ${syncCommand(answers)}`] : [];
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
