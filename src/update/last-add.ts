import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { DewarError } from '../error.ts';
import { reasonOf } from '../plan/disk.ts';
import { committedTexts, gitBytes } from '../plan/git.ts';
import { fromRepository, type Home, locate } from '../plan/repository.ts';
import type { Write } from '../plan/write.ts';
import { decode } from '../source/text.ts';
import { isRecord } from './record.ts';
import { forget, forgetAll, keep, kept, vaultOf } from './vault.ts';

/** What an `add` did to one file: the ids of its text before and after, as Git counts them; null where there is none. */
export interface Step {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What `dewar undo` knows of an `add`. */
export interface LastAdd {
  readonly schema: 'dewar/last-add/1';
  readonly added: readonly string[];
  /** The folder of the app in its repository. */
  readonly folder: string;
  readonly steps: readonly Step[];
}

// A change that is cut off and then taken back by `recover` leaves the one before it standing: so two are known.
const last = 'last.json';
const earlier = 'earlier.json';

/**
 * Remembers a change before it is made: its old texts where Git does not have them, and what it made of them.
 * Says in a sentence why it cannot, if so.
 */
export function remember(home: Home, added: readonly string[], writes: readonly Write[]): string | undefined {
  if (writes.every(({ path }) => isRecord(path))) return undefined;
  try {
    remembered(home, added, writes);
    return undefined;
  } catch (error) {
    const [why] = reasonOf(error);
    return `"dewar undo" cannot take this back, since old text cannot be kept outside of the app: ${why}.`;
  }
}

function remembered(home: Home, added: readonly string[], writes: readonly Write[]): void {
  const vault = vaultOf(home.root);
  const standing = lastAdd(home.root);
  const texts = new Map<string, Buffer>();
  const hold = (text: Buffer | undefined): string | null => {
    if (!text) return null;
    const id = idOf(text);
    texts.set(id, text);
    return id;
  };
  const steps = writes.map(({ path, content }): Step => {
    const old = bytesAt(home, path);
    const fresh = content === null ? undefined : Buffer.from(content);
    return { path, before: hold(old), after: old ? hold(fresh) : fresh ? idOf(fresh) : null };
  });
  const placed = fromRepository(home, writes);
  const paths = placed.writes.map(({ path }) => path);
  for (const id of committedTexts(placed.root, paths)) texts.delete(id);
  const record: LastAdd = { schema: 'dewar/last-add/1', added, folder: home.folder, steps };
  forget(
    vault,
    new Set([last, ...(standing?.steps.flatMap(({ before, after }) => [before, after]) ?? [])].map(String)),
  );
  keep(
    vault,
    new Map<string, string | Buffer>([...texts, ...(standing ? [[earlier, JSON.stringify(standing)] as const] : [])]),
  );
  keep(vault, new Map([[last, JSON.stringify(record)]]));
}

/** Makes what stands final: no `add` before this can be taken back. */
export function forgetAdds(root: string): void {
  forgetAll(vaultOf(root));
}

/**
 * The last `add` to the app at `root` of which anything stands; undefined where there is none.
 * @throws DewarError where what is known of it cannot be read.
 */
export function lastAdd(root: string): LastAdd | undefined {
  return [last, earlier]
    .map((name) => parsed(root, name))
    .find((record) => record !== undefined && stands(root, record));
}

/** What has this id, from the private folder or else from Git; undefined where neither has it. */
export function bytesOf(root: string, id: string): Buffer | undefined {
  const bytes = kept(vaultOf(root), id) ?? gitBytes(root, ['cat-file', 'blob', id]);
  return bytes && idOf(bytes) === id ? bytes : undefined;
}

/** The same as a text; undefined where it is none. */
export function textOf(root: string, id: string): string | undefined {
  const bytes = bytesOf(root, id);
  const read = bytes && decode(bytes);
  return read && 'text' in read ? read.text : undefined;
}

/** The id that Git gives a text. */
export function idOf(text: Buffer): string {
  return createHash('sha1').update(`blob ${text.length}\0`).update(text).digest('hex');
}

/** The bytes of a file of the plan; undefined where there is no such file. */
export function bytesAt(home: Home, path: string): Buffer | undefined {
  const file = locate(home, path);
  return existsSync(file) ? readFileSync(file) : undefined;
}

function stands(root: string, { folder, steps }: LastAdd): boolean {
  return steps.some(({ path, before }) => {
    const now = bytesAt({ root, folder }, path);
    return (now ? idOf(now) : null) !== before;
  });
}

function parsed(root: string, name: string): LastAdd | undefined {
  const vault = vaultOf(root);
  const text = kept(vault, name)?.toString('utf8');
  if (text === undefined) return undefined;
  try {
    const record: LastAdd = JSON.parse(text);
    if (record.schema === 'dewar/last-add/1') return record;
  } catch {}
  throw new DewarError(`${vault} does not hold what this Dewar can read: nothing there can be taken back. Delete it.`);
}
