import type { FileOutcome } from '../commands/result.ts';
import type { Paint } from './paint.ts';
import { wrap } from './wrap.ts';

/** Names of files in the root are put side by side in lines of this length. */
const FOLDED_WIDTH = 78;

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: FileOutcome[];
}

/** The files as a tree of lines; what is not new says what happens to it. */
export function fileTree(files: readonly FileOutcome[], paint: Paint): string[] {
  const root = folder();
  for (const file of files) insert(root, file);
  return lines(root, '', paint);
}

/** The same in few lines: folders with how many files they get, then what is not new, file by file. */
export function folderTree(files: readonly FileOutcome[], paint: Paint): string[] {
  const counts = new Map<string, number>();
  for (const { path } of files) counts.set(headOf(path), (counts.get(headOf(path)) ?? 0) + 1);
  const folders = [...counts].filter(([head]) => head !== '').sort();
  const names = Math.max(0, ...folders.map(([head]) => head.length)) + 2;
  const digits = String(files.length).length;
  const inRoot = files.flatMap(({ path }) => (headOf(path) === '' ? [path] : [])).sort();
  return [
    ...folders.map(([head, count]) => `${paint('bold', head.padEnd(names))}${padded(count, digits)}`),
    ...wrap(inRoot.join('  '), FOLDED_WIDTH).filter((line) => line !== ''),
    ...files.filter(({ state }) => state !== 'new').map(({ path, state }) => `${path} ${marked(state, paint)}`),
  ];
}

function padded(count: number, digits: number): string {
  return `${String(count).padStart(digits)} ${count === 1 ? 'file' : 'files'}`;
}

/** `src/portal/` where the folder is `src/`, which says nothing; else the folder itself. */
function headOf(path: string): string {
  return /^(src\/[^/]+\/|[^/]+\/)/.exec(path)?.[0] ?? '';
}

function insert(root: Folder, file: FileOutcome): void {
  const parts = file.path.split('/').slice(0, -1);
  let at = root;
  for (const part of parts) {
    const next = at.folders.get(part) ?? folder();
    at.folders.set(part, next);
    at = next;
  }
  at.files.push(file);
}

function folder(): Folder {
  return { folders: new Map(), files: [] };
}

function lines({ folders, files }: Folder, indent: string, paint: Paint): string[] {
  const below = [...folders].sort(byName).flatMap(([name, inner]) => {
    const [head, only] = joined(name, inner);
    return [`${indent}${paint('bold', `${head}/`)}`, ...lines(only, `${indent}  `, paint)];
  });
  return [...below, ...files.map((file) => `${indent}${leaf(file, paint)}`).sort()];
}

/** Folders with nothing but one folder inside share a line: `.github/workflows/`. */
function joined(name: string, inner: Folder): [string, Folder] {
  const [only, ...others] = inner.folders;
  if (only === undefined || others.length > 0 || inner.files.length > 0) return [name, inner];
  return joined(`${name}/${only[0]}`, only[1]);
}

function leaf({ path, state }: FileOutcome, paint: Paint): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (state === 'new') return name;
  return `${name} ${marked(state, paint)}`;
}

function marked(state: FileOutcome['state'], paint: Paint): string {
  return paint(state === 'conflict' ? 'red' : 'yellow', `(${state})`);
}

function byName([a]: [string, Folder], [b]: [string, Folder]): number {
  return a < b ? -1 : 1;
}
