import { DewarError, Exit } from '../error.ts';
import type { RenderedFile } from '../plan/render.ts';
import type { Home } from '../plan/repository.ts';
import type { Write } from '../plan/write.ts';
import { binaryPaths, reconcileBytes } from './binary.ts';
import { hasMarks } from './merge.ts';
import { mineReader } from './mine.ts';
import { likeness } from './moves.ts';
import { movedFile, placesOf } from './places.ts';
import {
  type ConflictStyle,
  type FileState,
  type Manner,
  type Reconciled,
  reconcile,
  type Versions,
} from './reconcile.ts';
import type { Record } from './record.ts';
import { digestOf } from './record-files.ts';
import { type Offered, stillRejected } from './rejected.ts';

/** One file of an update, as previewed. */
export interface UpdatedFile {
  readonly path: string;
  readonly state: FileState;
  readonly before: string | undefined;
  readonly after: string | null | undefined;
  /** What it comes from: the base app, a mitigation or a pack. */
  readonly origin?: string;
  /** Where it was before, where it has another place now. */
  readonly from?: string;
  readonly why?: string;
  /** What `path.rej` is to hold. */
  readonly reject?: string;
  readonly offers?: readonly Offered[];
  /** What a file that is no text is to hold. */
  readonly bytes?: Uint8Array;
  /** Dewar's version of one that both changed. */
  readonly beside?: { readonly path: string; readonly bytes: Uint8Array };
}

/** What files are compared with. */
export interface Managed extends Pick<Record, 'bases' | 'hashes'> {
  readonly offers?: Record['offers'];
  /** What differs too much from Dewar's is the user's own. */
  readonly adopted?: boolean;
  readonly style?: ConflictStyle;
}

/** Less than this of Dewar's lines in a file that was there before Dewar: it is another file of the same name. */
const RELATED = 0.5;

/** True for two texts of which one may have come from the other. */
export function isRelated(base: string, mine: string): boolean {
  return likeness(base, mine) >= RELATED;
}

/**
 * Every file that Dewar wrote or would write now, by three-way merge with what is in the app.
 * @throws DewarError where conflicts of an earlier update are still marked.
 */
export async function reconcileFiles(
  home: Home,
  managed: Managed,
  next: readonly RenderedFile[],
): Promise<UpdatedFile[]> {
  const { bases } = managed;
  const binary = binaryPaths(managed, next);
  const texts = new Map(next.flatMap(({ path, text }) => (binary.has(path) ? [] : [[path, text] as const])));
  const origins = new Map(next.map(({ path, origin }) => [path, origin]));
  const mineOf = mineReader(home);
  const paths = [...new Set([...bases.keys(), ...texts.keys()])].filter((path) => !binary.has(path)).sort();
  const mine = new Map(paths.map((path) => [path, mineOf(path)]));
  refuseMarks(mine);
  const places = placesOf(home.root, { bases, texts, mine });
  const files: UpdatedFile[] = [...binary].sort().map((path) => {
    const text = bases.get(path);
    const base = managed.hashes.get(path) ?? (text === undefined ? undefined : digestOf(text));
    return reconcileBytes(home, path, { base, next: next.find((each) => each.path === path) });
  });
  for (const path of paths.filter((each) => !places.renamed.has(each))) {
    const place = places.moved.get(path);
    const versions = {
      base: bases.get(place?.base ?? path),
      mine: place ? mineOf(place.mine) : mine.get(path),
      next: texts.get(path),
    };
    const at = place?.to ?? path;
    const file = outcome({ path: at, origin: origins.get(path) }, versions.mine, await decide(versions, managed, at));
    files.push(...(place ? movedFile(file, place, versions) : [file]));
  }
  return files;
}

function decide(versions: Versions, managed: Managed, path: string): Promise<Reconciled> | Reconciled {
  const { base, mine, next } = versions;
  const { style = 'inline', offers, adopted = false } = managed;
  const isOther = adopted && typeof mine === 'string' && base !== undefined && base !== next && !isRelated(base, mine);
  if (isOther) return { state: 'keep', text: undefined, why: 'it is your own file of that name' };
  return withOffers(versions, { path, style, offers: offers?.get(path) ?? [] });
}

/** What the user took since it was offered is forgotten, so that it counts as new where it comes up again. */
async function withOffers(versions: Versions, manner: Manner & Required<Pick<Manner, 'offers'>>): Promise<Reconciled> {
  const { mine } = versions;
  const rejected = typeof mine === 'string' ? stillRejected(manner.offers, mine) : manner.offers;
  const result = await reconcile(versions, { ...manner, offers: rejected });
  if (result.state === 'unchanged') return result;
  const offers = [...rejected, ...(result.offers ?? [])];
  return offers.length + manner.offers.length === 0 ? result : { ...result, offers };
}

function outcome(
  { path, origin }: Pick<RenderedFile, 'path'> & { readonly origin: string | undefined },
  mine: Versions['mine'],
  { text, ...rest }: Reconciled,
): UpdatedFile {
  const before = typeof mine === 'string' ? mine : undefined;
  return { path, before, after: text, ...rest, ...(origin !== undefined && { origin }) };
}

function refuseMarks(mine: ReadonlyMap<string, Versions['mine']>): void {
  const marked = [...mine].filter(([, text]) => typeof text === 'string' && hasMarks(text)).map(([path]) => path);
  if (marked.length === 0) return;
  throw new DewarError(
    `Conflicts of an earlier update are still marked in ${marked.join(', ')}. Decide them, commit, and run it again; ` +
      'nothing was changed.',
    Exit.conflicts,
  );
}

/** The writes that carry out what was decided about the files. */
export function fileWrites(files: readonly UpdatedFile[], next: readonly RenderedFile[]): Write[] {
  const executable = new Set(next.filter((file) => file.executable).map(({ path }) => path));
  return files.flatMap(({ path, after, reject, bytes, beside }): Write[] => [
    ...(after === undefined ? [] : [{ path, content: after, executable: executable.has(path) }]),
    ...(bytes === undefined ? [] : [{ path, content: bytes }]),
    ...(beside === undefined ? [] : [{ path: beside.path, content: beside.bytes }]),
    ...(reject === undefined || reject === '' ? [] : [{ path: `${path}.rej`, content: reject }]),
  ]);
}
