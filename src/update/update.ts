import { existsSync, readFileSync } from 'node:fs';
import { DewarError } from '../error.ts';
import { type Catalog, type Choice, type Rendered, recordedPacks, renderProject } from '../plan/project.ts';
import type { RenderedFile } from '../plan/render.ts';
import { type Home, locate } from '../plan/repository.ts';
import type { Write } from '../plan/write.ts';
import { version } from '../version.ts';
import { fileWrites, reconcileFiles, type UpdatedFile } from './files.ts';
import type { ConflictStyle } from './reconcile.ts';
import { folderOf, noteWrite, type ProjectRecord, type Record, recordWrites } from './record.ts';
import { baseWrite } from './record-files.ts';

/** An update that has been worked out and not yet written. */
export interface Update {
  readonly files: readonly UpdatedFile[];
  readonly writes: readonly Write[];
  readonly byHand: Rendered['byHand'];
  readonly chosen: readonly string[];
  /** The folder of the app in its repository. */
  readonly folder: string;
}

/** What an app is brought to, and how. */
export interface Target {
  readonly catalog: Catalog;
  readonly choice: Choice;
  readonly style?: ConflictStyle;
}

/** Works out how a managed app at `root` gets to what Dewar would write for a choice; reads, never writes. */
export async function planUpdate(root: string, record: Record, { catalog, choice, style }: Target): Promise<Update> {
  refuseLostPacks(record, catalog);
  const { adopted } = record.project;
  const rendered = renderProject(catalog, choice);
  const home = { root, folder: folderOf(rendered.answers) };
  const managed = { ...record, adopted: adopted === true, ...(style && { style }) };
  const files = await reconcileFiles(home, managed, rendered.files);
  const state: ProjectRecord = {
    schema: 'dewar/project/2',
    dewar: version,
    answers: rendered.answers,
    mitigations: rendered.chosen,
    ...recordedPacks(catalog),
    ...(adopted && { adopted }),
  };
  const writes = [
    ...fileWrites(files, rendered.files),
    ...newRecord(home, record, { state, files: rendered.files, outcomes: files }),
  ];
  return { files, writes, byHand: rendered.byHand, chosen: rendered.chosen, folder: home.folder };
}

/** Without its packs an app would be brought back to what Dewar alone writes. */
function refuseLostPacks({ project }: Record, { packs = [] }: Catalog): void {
  const lost = project.packs?.find(({ name }) => !packs.some(({ id }) => id === name));
  if (lost) throw new DewarError(`This app was written with the pack ${lost.name}, which is not loaded here.`);
}

/** What the record is to say after a change. */
export interface Recorded {
  readonly state: ProjectRecord;
  readonly files: readonly RenderedFile[];
  readonly outcomes?: readonly UpdatedFile[];
}

/** The writes that bring the record up to date; what it says already is left alone. */
export function newRecord(home: Home, before: Pick<Record, 'places'>, now: Recorded): Write[] {
  const kept = new Set(now.files.map((file) => baseWrite(file).path));
  const notes = (now.outcomes ?? []).flatMap(({ path, offers }) => (offers ? [noteWrite(path, offers)] : []));
  return [
    ...[...recordWrites(now.state, now.files), ...notes].filter(
      ({ path, content }) => readText(home, path) !== content,
    ),
    ...before.places.filter((path) => !kept.has(path)).map((path) => ({ path, content: null })),
  ];
}

function readText(home: Home, path: string): string | undefined {
  const file = locate(home, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
