import { type DependencyFiles, dependencyLists } from '../deploy/dependencies.ts';
import { isExact, normalName, type Requirement, written } from '../deploy/requirement.ts';
import type { Attributed } from '../flask/workbench.ts';
import type { ByHand, PackageGroup } from '../mitigation.ts';
import { applySplices, type Splice } from '../source/splice.ts';
import { type Source, sourceOf } from '../source/text.ts';
import type { Contribution } from './collect.ts';
import { type ChosenList, chosenLists } from './dependency-lists.ts';
import { fitted } from './fit.ts';
import { type Installation, installationOf } from './install-notes.ts';
import type { Platform } from './platform.ts';

/** How the wanted packages get into the app's own lists of dependencies. */
export interface Packages {
  readonly sources: readonly Source[];
  readonly splices: readonly Attributed[];
  readonly byHand: readonly ByHand[];
  /** What to run, in the words of the app's own tools. */
  readonly installation: Installation | undefined;
}

/** What a project is installed with, and what it runs on. */
export interface Installed {
  readonly files: DependencyFiles;
  readonly platform: Platform;
}

/** Adds the packages that the app's lists of dependencies do not name yet; without a list it is a step by hand. */
export async function planPackages(
  { files, platform }: Installed,
  contributions: readonly Contribution[],
): Promise<Packages> {
  const wanted = contributions.flatMap(({ change, from }): WantedHere[] =>
    change.kind === 'package' ? [{ from, group: change.group, requirement: fitted(change, platform) }] : [],
  );
  const additions = groups.flatMap((group) => {
    const own = wanted.filter((each) => each.group === group);
    return chosenLists(files, group).map((chosen) => ({ chosen, missing: missingIn(chosen, own) }));
  });
  const lists = merged(additions.filter(({ missing }) => missing.length > 0));
  const edits = await Promise.all(lists.map((addition) => edit(addition, wanted)));
  const done = edits.flatMap(({ splices }) => splices);
  return {
    sources: [...new Set(edits.map(({ source }) => source))],
    splices: done,
    byHand: [...edits.flatMap(({ byHand }) => byHand), ...withoutList(files, wanted)],
    installation: installationOf(
      files,
      edits.filter(({ splices }) => splices.length > 0),
    ),
  };
}

const groups: readonly PackageGroup[] = ['runtime', 'production', 'development'];

/** A package with what wants it. */
interface WantedHere {
  readonly from: string;
  readonly group: PackageGroup;
  readonly requirement: Requirement;
}

function missingIn({ named }: ChosenList, wanted: readonly WantedHere[]): Requirement[] {
  const once = new Map(wanted.map(({ requirement }) => [normalName(requirement.name), requirement]));
  return [...once].filter(([name]) => !named.has(name)).map(([, each]) => each);
}

interface Addition {
  readonly chosen: ChosenList;
  readonly missing: readonly Requirement[];
}

/** One addition a list: two into the same place would each bring their own commas. */
function merged(additions: readonly Addition[]): Addition[] {
  const lists = [...new Set(additions.map(({ chosen }) => chosen.list))];
  return lists.flatMap((list) => {
    const own = additions.filter(({ chosen }) => chosen.list === list);
    const missing = own
      .flatMap((each) => each.missing)
      .sort((a, b) => (normalName(a.name) < normalName(b.name) ? -1 : 1));
    const [first] = own;
    return first ? [{ chosen: first.chosen, missing }] : [];
  });
}

/** The change of one list. */
export interface ListEdit {
  readonly source: Source;
  readonly missing: readonly Requirement[];
  readonly splices: readonly Attributed[];
  readonly byHand: readonly ByHand[];
}

async function edit({ chosen: { list, named }, missing }: Addition, wanted: readonly WantedHere[]): Promise<ListEdit> {
  const { source } = list;
  const why = `The defences need ${missing.map(({ name }) => name).join(' and ')}.`;
  const names = missing.map((each) => normalName(each.name));
  const wanting = wanted.filter(({ requirement }) => names.includes(normalName(requirement.name)));
  const from = [...new Set(wanting.map((each) => each.from))];
  const splices = list.add(missing);
  if (splices && (await holds(source, splices, missing)))
    return {
      source,
      missing,
      byHand: [],
      splices: splices.map((splice) => ({ kind: 'splice', file: source.path, ...splice, why, from })),
    };
  const exact = [...named.values()].some(isExact);
  const snippet = missing.map((each) => written(each, exact)).join('\n');
  const what = `Add these packages to ${source.path}, which could not be edited safely.`;
  return { source, missing, splices: [], byHand: [{ kind: 'by-hand', what, snippet }] };
}

/** True where the file reads as it did, and names the new packages too. */
async function holds(source: Source, splices: readonly Splice[], missing: readonly Requirement[]): Promise<boolean> {
  const after = sourceOf(source.path, applySplices(source, splices));
  const names = new Set(dependencyLists(after).flatMap(({ named }) => [...named.keys()]));
  const before = dependencyLists(source).flatMap(({ named }) => [...named.keys()]);
  if (![...before, ...missing.map(({ name }) => normalName(name))].every((name) => names.has(name))) return false;
  if (!/\.toml$|Pipfile$/.test(source.path)) return true;
  const { parse } = await import('smol-toml');
  try {
    parse(after.text.replace(/^\ufeff/, ''));
    return true;
  } catch {
    return false;
  }
}

/** Nothing that is kept by hand: what a tool writes has a source that was not found. */
function withoutList(files: DependencyFiles, wanted: readonly WantedHere[]): ByHand[] {
  const needed = wanted.filter(({ group }) => group !== 'development').map(({ requirement }) => requirement);
  const given = files.output.map(({ source }) => source.text).join('\n');
  const missing = needed.filter(({ name }) => !new RegExp(`^${normalName(name)}\\b`, 'im').test(given));
  if (missing.length === 0 || chosenLists(files, 'runtime').length > 0) return [];
  const [output] = files.output;
  const what = output
    ? `Add these packages to what ${output.source.path} is written from${output.command && ` (${output.command})`}.`
    : 'Add these packages to the dependencies of the app.';
  const snippet = [...new Set(missing.map((each) => written(each, false)))].sort().join('\n');
  return [{ kind: 'by-hand', what, snippet }];
}
