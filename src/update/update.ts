import { existsSync, readFileSync } from 'node:fs';
import { DewarError } from '../error.ts';
import { type Catalog, type Choice, type Rendered, recordedPacks, renderProject } from '../plan/project.ts';
import type { RenderedFile } from '../plan/render.ts';
import { type Home, locate } from '../plan/repository.ts';
import type { Write } from '../plan/write.ts';
import { version } from '../version.ts';
import { type FileState, reconcile } from './reconcile.ts';
import { basePath, folderOf, type ProjectRecord, type Record, recordWrites } from './record.ts';

/** One file of an update, as previewed. */
export interface UpdatedFile {
  readonly path: string;
  readonly state: FileState;
  readonly before: string | undefined;
  readonly after: string | null | undefined;
}

/** An update that has been worked out and not yet written. */
export interface Update {
  readonly files: readonly UpdatedFile[];
  readonly writes: readonly Write[];
  readonly byHand: Rendered['byHand'];
  readonly chosen: readonly string[];
  /** The folder of the app in its repository. */
  readonly folder: string;
}

/** Works out how a managed app at `root` gets to what Dewar would write for `choice`; reads, never writes. */
export function planUpdate(root: string, record: Record, target: { catalog: Catalog; choice: Choice }): Update {
  refuseLostPacks(record, target.catalog);
  const rendered = renderProject(target.catalog, target.choice);
  const home = { root, folder: folderOf(rendered.answers) };
  const files = reconcileFiles(home, record.bases, rendered.files);
  const state = {
    schema: 'dewar/project/1',
    dewar: version,
    answers: rendered.answers,
    mitigations: rendered.chosen,
    ...recordedPacks(target.catalog),
  } as const;
  const writes = [
    ...fileWrites(files, rendered.files),
    ...newRecord(home, record.bases, { state, files: rendered.files }),
  ];
  return { files, writes, byHand: rendered.byHand, chosen: rendered.chosen, folder: home.folder };
}

/** Without its packs an app would be brought back to what Dewar alone writes. */
function refuseLostPacks({ project }: Record, { packs = [] }: Catalog): void {
  const lost = project.packs?.find(({ name }) => !packs.some(({ id }) => id === name));
  if (lost)
    throw new DewarError(`This app was written with the pack ${lost.name}: use the command dewar, which loads it.`);
}

/** Every file that Dewar wrote or would write now, by three-way merge with what is in the app. */
export function reconcileFiles(home: Home, bases: Record['bases'], next: readonly RenderedFile[]): UpdatedFile[] {
  const texts = new Map(next.map(({ path, text }) => [path, text]));
  const paths = [...new Set([...bases.keys(), ...texts.keys()])].sort();
  return paths.map((path) => {
    const before = readText(home, path);
    const { state, text } = reconcile({ base: bases.get(path), mine: before, next: texts.get(path) });
    return { path, state, before, after: text };
  });
}

/** The writes that carry out what was decided about the files. */
export function fileWrites(files: readonly UpdatedFile[], next: readonly RenderedFile[]): Write[] {
  const executable = new Set(next.filter((file) => file.executable).map(({ path }) => path));
  return files.flatMap(({ path, after }) =>
    after === undefined ? [] : [{ path, content: after, executable: executable.has(path) }],
  );
}

/** The writes that bring the record up to date; what it says already is left alone. */
export function newRecord(
  home: Home,
  bases: Record['bases'],
  now: { readonly state: ProjectRecord; readonly files: readonly RenderedFile[] },
): Write[] {
  const kept = new Set(now.files.map(({ path }) => path));
  const stale = [...bases.keys()].filter((path) => !kept.has(path));
  return [
    ...recordWrites(now.state, now.files).filter(({ path, content }) => readText(home, path) !== content),
    ...stale.map((path) => ({ path: basePath(path), content: null })),
  ];
}

function readText(home: Home, path: string): string | undefined {
  const file = locate(home, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
