import { layoutOf } from '../flask/layout.ts';
import { type Foreign, planForeign } from '../plan/foreign.ts';
import { type Layout, securityFolder } from '../plan/layout.ts';
import { type Catalog, type Choice, type Rendered, recordedPacks, renderProject } from '../plan/project.ts';
import type { RenderedFile } from '../plan/render.ts';
import type { Write } from '../plan/write.ts';
import { recordEdits, wiringOf } from '../update/edited.ts';
import { fileWrites, reconcileFiles } from '../update/files.ts';
import type { ConflictStyle } from '../update/reconcile.ts';
import type { ProjectRecord, Record } from '../update/record.ts';
import { noBases } from '../update/record-files.ts';
import { newRecord } from '../update/update.ts';
import { version } from '../version.ts';
import type { Aimed } from './aim.ts';
import { type Changed, changed } from './outcome.ts';

/** An app that Dewar did not write, and what is to be in it. */
export interface ForeignWish {
  readonly root: string;
  /** Reads the app; not called where nothing depends on it. */
  readonly aimed: () => Promise<Aimed>;
  /** Undefined where Dewar has not been there yet. */
  readonly record: Record | undefined;
  readonly choice: Choice;
  readonly style?: ConflictStyle;
}

/** What brings such an app to a choice of mitigations. */
export interface ForeignChange
  extends Pick<Foreign, 'chosen' | 'packages' | 'exempted' | 'environment' | 'installation'> {
  readonly writes: readonly Write[];
  readonly byHand: Foreign['byHand'];
  readonly changes: readonly Changed[];
  readonly notes: readonly string[];
}

/** Works out how an app that Dewar did not write gets to a choice: its own files are edited, ours are merged. */
export async function planForeignChange(catalog: Catalog, wish: ForeignWish): Promise<ForeignChange> {
  const { root, record, choice, style } = wish;
  const { foreign, files: owned, layout, name } = await ownedFiles(catalog, wish);
  // Without a defence, what all of them stand on is of no use.
  const isIdle = foreign.chosen.length === 0 && (record?.project.mitigations ?? []).length === 0;
  if (isIdle && choice.chosen.length > 0) return { ...unchanged, writes: [], changes: [], byHand: foreign.byHand };
  const adopted = record?.project.adopted;
  const state: ProjectRecord = {
    schema: 'dewar/project/2',
    dewar: version,
    answers: choice.answers,
    mitigations: foreign.chosen,
    layout,
    ...recordedPacks(catalog),
    ...(name !== undefined && { app: name }),
    ...(adopted && { adopted }),
  };
  const { chosen, packages, exempted, environment } = foreign;
  const before = record ?? noBases;
  const home = { root, folder: '' };
  const managed = { ...before, adopted: adopted === true, ...(style && { style }) };
  const files = await reconcileFiles(home, managed, owned);
  const edits = editedFiles(root, foreign.edited);
  return {
    writes: [
      ...fileWrites(files, owned),
      ...foreign.edited.map(({ path, content }) => ({ path, content })),
      ...recordEdits(root, foreign.edited),
      ...newRecord(home, before, { state, files: owned, outcomes: files }),
    ],
    chosen,
    packages,
    exempted,
    environment,
    byHand: foreign.byHand,
    changes: [...files.map((file) => changed(file, '')), ...edits],
    ...(foreign.installation && { installation: foreign.installation }),
    notes: foreign.notes,
  };
}

/** A person who took out what `add` put into a file is told when it comes back. */
function editedFiles(root: string, edited: Foreign['edited']): Changed[] {
  if (edited.length === 0) return [];
  const gone = new Set(wiringOf(root).flatMap(({ path, state }) => (state === 'whole' ? [] : [path])));
  return edited.map(({ path, before, after }) => {
    const why = gone.has(path) ? { why: 'what "dewar add" put there was changed or removed since' } : {};
    return { path, state: 'edited', before, after, ...why };
  });
}

const unchanged = { notes: [], chosen: [], packages: [], exempted: [], environment: [] } as const;

/** An adopted app may have none of our defences. */
const none: Foreign = { ...unchanged, owned: [], edited: [], byHand: [] };

/** What Dewar writes whole in such an app; where it was adopted also the base app's files, laid out as the app is. */
export async function ownedFiles(catalog: Catalog, wish: ForeignWish): Promise<Owned> {
  const { record, choice } = wish;
  const owned = await defences(catalog, wish);
  if (!record?.project.adopted) return owned;
  const paths = new Set(owned.files.map(({ path }) => path));
  const base = baseFiles(catalog, { ...choice, chosen: [] }, owned.layout).files;
  // Which files follow Dewar's was settled when the app was adopted.
  const following = base.filter(({ path }) => !paths.has(path) && record.bases.has(path));
  return { ...owned, files: [...following, ...owned.files] };
}

interface Owned {
  readonly foreign: Foreign;
  readonly layout: Layout;
  readonly name: string | undefined;
  readonly files: readonly RenderedFile[];
}

async function defences(catalog: Catalog, { aimed, record, choice }: ForeignWish): Promise<Owned> {
  const { layout: known, app: recorded } = record?.project ?? {};
  if (known && choice.chosen.length === 0) return { foreign: none, layout: known, name: recorded, files: [] };
  const { app, name } = await aimed();
  const layout = known ?? layoutOf(app);
  const written = new Set(record?.bases.keys());
  const has = record?.project.mitigations ?? [];
  const foreign = await planForeign(catalog, { app, layout, written, has }, choice);
  return { foreign, layout, name, files: foreign.owned };
}

/**
 * The base app as Dewar would write it in the layout of an app that was adopted. Nothing of the defences is in it, which
 * have the shape of such an app and come with `add`, nor what lies above the app.
 */
export function baseFiles(catalog: Catalog, choice: Choice, layout: Layout): Pick<Rendered, 'answers' | 'files'> {
  const { answers, files } = renderProject(catalog, choice, layout);
  const security = securityFolder(layout);
  return { answers, files: files.filter(({ path }) => !path.startsWith('//') && !path.startsWith(security)) };
}
