import type { FileOutcome } from '../commands/result.ts';
import type { Paint } from './paint.ts';

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
  return `${name} ${paint(state === 'conflict' ? 'red' : 'yellow', `(${state})`)}`;
}

function byName([a]: [string, Folder], [b]: [string, Folder]): number {
  return a < b ? -1 : 1;
}
