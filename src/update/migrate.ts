import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '../flask/files.ts';
import type { Migration } from '../migration.ts';
import type { ByHand } from '../mitigation.ts';
import type { PyNode, PyTree } from '../python/node.ts';
import { loadPython } from '../python/parser.ts';
import { applySplices, type Splice } from '../source/splice.ts';
import { decode, lineAt, type Source, sourceOf } from '../source/text.ts';
import { compareVersions } from './versions.ts';

/** What migrations make of the app's own files, which Dewar never wrote. */
export interface Migrated {
  readonly edited: readonly { readonly path: string; readonly before: string; readonly after: string }[];
  readonly byHand: readonly (ByHand & { readonly from: string })[];
}

/** An app on the way from one version to another. */
export interface Journey {
  readonly root: string;
  /** Import name of the app's package. */
  readonly package: string;
  /** Paths that Dewar writes: they are merged. */
  readonly managed: ReadonlySet<string>;
  readonly from: string;
  readonly to: string;
}

type Steps = Readonly<Record<string, readonly Migration[]>>;

/** The steps between two versions in their order, with the id of what brings them. */
export function stepsBetween(
  steps: Steps,
  from: string,
  to: string,
): { readonly id: string; readonly step: Migration }[] {
  const all = Object.entries(steps).flatMap(([id, own]) => own.map((step) => ({ id, step })));
  const due = all.filter(({ step }) => compareVersions(step.to, from) > 0 && compareVersions(step.to, to) <= 0);
  return due.sort((a, b) => compareVersions(a.step.to, b.step.to));
}

/** Lets the imports of the app's own files follow names that are in other modules now. */
export async function migrate(steps: Steps, journey: Journey): Promise<Migrated> {
  const due = stepsBetween(steps, journey.from, journey.to);
  if (due.length === 0) return { edited: [], byHand: [] };
  const parse = await loadPython();
  const texts = ownPython(journey).map(({ path, text }) => {
    const byHand: Migrated['byHand'][number][] = [];
    let after = text;
    for (const { id, step } of due) {
      const source = sourceOf(path, after);
      const found = followed(source, parse(after), { step, own: journey.package });
      after = applySplices(source, found.splices);
      byHand.push(...found.byHand.map((each) => ({ ...each, from: id })));
    }
    return { path, before: text, after, byHand };
  });
  return {
    edited: texts.filter(({ before, after }) => after !== before).map(({ byHand: _, ...edit }) => edit),
    byHand: texts.flatMap(({ byHand }) => byHand),
  };
}

function ownPython({ root, managed }: Journey): { readonly path: string; readonly text: string }[] {
  const paths = listFiles(root).files.filter((path) => path.endsWith('.py') && !managed.has(path));
  return paths.flatMap((path) => {
    const read = decode(readFileSync(join(root, path)));
    return 'text' in read ? [{ path, text: read.text }] : [];
  });
}

interface Found {
  readonly splices: readonly Splice[];
  readonly byHand: readonly ByHand[];
}

interface About {
  readonly step: Migration;
  readonly own: string;
}

function followed(source: Source, tree: PyTree, about: About): Found {
  const found = importsIn(tree.root).map((node) => follow(source, node, about));
  return { splices: found.flatMap(({ splices }) => splices), byHand: found.flatMap(({ byHand }) => byHand) };
}

function follow(source: Source, node: PyNode, { step, own }: About): Found {
  const textOf = ({ start, end }: PyNode): string => source.text.slice(start, end);
  const module = node.children.find(({ field }) => field === 'module_name');
  const names = node.children.filter(({ field }) => field === 'name').map((each) => textOf(each).split(/\s/)[0] ?? '');
  if (!module) return { splices: [], byHand: [] };
  const old = withinPackage(textOf(module), source.path, own);
  const targets = names.map((name) => step.moved[`${old}:${name}`]);
  const [target] = targets;
  if (targets.every((each) => each === undefined)) return { splices: [], byHand: [] };
  if (target !== undefined && targets.every((each) => each === target)) {
    const expected = textOf(module);
    const splice = {
      start: module.start,
      expected,
      insert: expected.slice(0, expected.length - (old?.length ?? 0)) + target,
    };
    return { splices: [splice], byHand: [] };
  }
  const place = { file: source.path, line: lineAt(source, node.start), text: textOf(node).split('\n')[0] ?? '' };
  const moved = names.flatMap((name, index) =>
    targets[index] === undefined ? [] : [`${name} from ${own}.${targets[index]}`],
  );
  return { splices: [], byHand: [{ kind: 'by-hand', place, what: `Import ${moved.join(' and ')}: ${step.what}` }] };
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
