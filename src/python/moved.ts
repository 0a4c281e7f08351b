import type { Splice } from '../source/splice.ts';
import type { Source } from '../source/text.ts';
import type { PyNode, PyTree } from './node.ts';

/** Names that are in another module now: `module:name` to a module, both counted from the package `own`. */
export interface Moved {
  readonly moved: Readonly<Record<string, string>>;
  readonly own: string;
}

/** What lets the imports of a file follow names that moved. */
export interface Followed {
  readonly splices: readonly Splice[];
  /** Imports of which only a part moved, by their offset, with each name and the module where it is now. */
  readonly partly: readonly { readonly start: number; readonly names: readonly (readonly [string, string])[] }[];
}

/** Works out how the imports of a file follow names that moved. */
export function followed(source: Source, tree: PyTree, moved: Moved): Followed {
  const found = importsIn(tree.root).map((node) => follow(source, node, moved));
  return { splices: found.flatMap(({ splices }) => splices), partly: found.flatMap(({ partly }) => partly) };
}

const none: Followed = { splices: [], partly: [] };

function follow(source: Source, node: PyNode, { moved, own }: Moved): Followed {
  const textOf = ({ start, end }: PyNode): string => source.text.slice(start, end);
  const module = node.children.find(({ field }) => field === 'module_name');
  if (!module) return none;
  const old = withinPackage(textOf(module), source.path, own);
  const imported = node.children
    .filter(({ field }) => field === 'name')
    .map((each) => textOf(each).split(/\s/)[0] ?? '');
  const targets = imported.map((name) => moved[`${old}:${name}`]);
  const [target] = targets;
  if (targets.every((each) => each === undefined)) return none;
  if (target !== undefined && targets.every((each) => each === target)) {
    const expected = textOf(module);
    const insert = expected.slice(0, expected.length - (old?.length ?? 0)) + target;
    return { splices: [{ start: module.start, expected, insert }], partly: [] };
  }
  const names = imported.flatMap((name, index) => {
    const now = targets[index];
    return now === undefined ? [] : [[name, now] as const];
  });
  return { splices: [], partly: [{ start: node.start, names }] };
}

/** The module that an import names, counted from the app's package; undefined for any other. */
function withinPackage(module: string, path: string, own: string): string | undefined {
  if (module.startsWith(`${own}.`)) return module.slice(own.length + 1);
  const [, dots = '', rest = ''] = /^(\.+)(.*)$/.exec(module) ?? [];
  if (dots === '') return undefined;
  const folders = path.split('/').slice(0, -1);
  const inside = folders.slice(folders.indexOf(own) + 1, folders.length - dots.length + 1);
  const isInside = folders.includes(own) && folders.length - dots.length + 1 > folders.indexOf(own);
  // A name that follows bare dots is a module itself; those moved as a whole are few, and are not looked for.
  return isInside && rest !== '' ? [...inside, rest].join('.') : undefined;
}

function importsIn(node: PyNode): PyNode[] {
  if (node.type === 'import_from_statement') return [node];
  return node.children.flatMap(importsIn);
}
