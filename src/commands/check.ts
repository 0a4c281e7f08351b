import { Exit } from '../error.ts';
import type { Catalog } from '../plan/project.ts';
import { type Wiring, wiringOf } from '../update/edited.ts';
import { version } from '../version.ts';
import { wiringLines } from './difference.ts';
import type { FileOutcome, FileState, Report } from './result.ts';
import { planUpdateOf, recordAt, type UpdateWish } from './update.ts';

/** What an update would do to an app, as `update --check` and the fleet report it. */
export interface Staleness {
  readonly root: string;
  /** The Dewar that wrote the app last. */
  readonly from: string;
  /** The Dewar that runs. */
  readonly to: string;
  readonly available: boolean;
  /** Files that an update would change, or leave to the user. */
  readonly files: readonly Pick<FileOutcome, 'path' | 'state' | 'origin'>[];
  /** What is no longer in files of the app's own as `add` put it there. */
  readonly wiring: readonly Wiring[];
}

/** States in which an update leaves a file as it is. */
const still: readonly FileState[] = ['unchanged', 'keep'];

/**
 * Works out whether this Dewar, with the packs of the app, would change an app.
 * @throws DewarError where there is no record that can be read.
 */
export async function staleness(catalog: Catalog, wish: UpdateWish): Promise<Staleness> {
  const { record, changes } = await planUpdateOf(catalog, recordAt(wish.root), wish);
  const files = changes.filter(({ state }) => !still.includes(state));
  return {
    root: wish.root,
    from: record.project.dewar,
    to: version,
    available: files.length > 0,
    files: files.map(({ path, state, origin }) => ({ path, state, ...(origin !== undefined && { origin }) })),
    wiring: wiringOf(wish.root).filter(({ state }) => state !== 'whole'),
  };
}

/** The answer to `update --check`: 10 when an update would change something. */
export async function checkForUpdate(catalog: Catalog, wish: UpdateWish): Promise<Report> {
  const found = await staleness(catalog, wish);
  const { root, from, to, available, files, wiring } = found;
  const conflicts = files.filter(({ state }) => state === 'conflict').length;
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  const text = available
    ? `${root} was written by Dewar ${from}; Dewar ${to} changes ${count}${conflicts > 0 ? `, ${conflicts} with conflicts` : ''}. Look with: dewar update --dry-run --diff`
    : `${root} is up to date with Dewar ${to}.`;
  return {
    text: [text, ...wiringLines(wiring)].join('\n'),
    data: { ...found },
    exit: available ? Exit.updateAvailable : Exit.done,
  };
}
