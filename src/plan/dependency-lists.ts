import type { DependencyFiles } from '../deploy/dependencies.ts';
import type { DependencyList } from '../deploy/lists/list.ts';
import type { PackageGroup } from '../mitigation.ts';

type Lists = DependencyFiles['lists'];

/** A list that gets packages, with all that is installed along with it. */
export interface ChosenList {
  readonly list: DependencyList;
  /** Names and versions of this list, of those that it takes in, and of those that take it in. */
  readonly named: ReadonlyMap<string, string>;
}

/** The lists that packages of a group go into: every one that is kept by hand and names Flask itself. */
export function chosenLists({ lists }: DependencyFiles, group: PackageGroup): ChosenList[] {
  const chosen = group === 'development' ? forDevelopment(lists) : forRuntime(lists, group);
  return chosen.map((list) => ({ list, named: namedAlong(lists, list) }));
}

function forRuntime(lists: Lists, group: PackageGroup): DependencyList[] {
  const runtime = lists.filter((list) => list.group === 'runtime');
  const own = runtime.filter(namesFlask);
  const around = own.length > 0 ? own : runtime.filter(namesExtension);
  const found = around.length > 0 ? around : main(runtime);
  const apart = lists.filter((list) => isApart(list, lists) && !found.includes(list));
  const served = group === 'production' ? found.map((list) => servedBy(lists, list)) : found;
  return [...new Set([...served, ...apart])];
}

/** A list for development that names Flask anew is installed without the one for production. */
function isApart(list: DependencyList, lists: Lists): boolean {
  if (list.group !== 'development' || !namesFlask(list) || !/\.(txt|in|pip)$/.test(list.source.path)) return false;
  return !takenIn(lists, list).some((each) => each.group === 'runtime');
}

function namesFlask({ named }: DependencyList): boolean {
  return named.has('flask');
}

/** APIFlask and many extensions bring Flask along. */
function namesExtension({ named }: DependencyList): boolean {
  return [...named.keys()].some((name) => /^(flask-|apiflask$|connexion$)/.test(name));
}

const preference = [/pyproject\.toml$/, /Pipfile$/, /requirements?\.in$/, /requirements?\.txt$/, /\.(in|txt|pip)$/];

/** Where no list names Flask: the first by kind, at the root before folders. */
function main(lists: Lists): DependencyList[] {
  const rank = ({ source: { path } }: DependencyList): number =>
    path.split('/').length * 10 + (preference.findIndex((pattern) => pattern.test(path)) + 1 || 9);
  return [...lists].sort((a, b) => rank(a) - rank(b)).slice(0, 1);
}

/** A list for production that takes this one in is where a server belongs. */
function servedBy(lists: Lists, list: DependencyList): DependencyList {
  const above = lists.filter((each) => takenIn(lists, each).includes(list));
  return above.find(({ source }) => /prod|deploy|heroku/i.test(source.path)) ?? list;
}

/** The list that names what the app is tested with. */
function forDevelopment(lists: Lists): DependencyList[] {
  const own = lists.filter((list) => list.group === 'development');
  const tested = own.find(({ named }) => named.has('pytest'));
  return [tested ?? own[0]].flatMap((list) => list ?? []);
}

function namedAlong(lists: Lists, list: DependencyList): Map<string, string> {
  const above = lists.filter((each) => takenIn(lists, each).includes(list));
  const sameFile = lists.filter((each) => each.source === list.source && each.group === 'runtime');
  const all = [...takenIn(lists, list), ...above, ...(list.group === 'development' ? [] : sameFile), list];
  return new Map(all.flatMap(({ named }) => [...named]));
}

/** The lists that a list takes in, also by way of others. */
function takenIn(lists: Lists, { includes = [] }: DependencyList, depth = 5): DependencyList[] {
  if (depth === 0) return [];
  const direct = lists.filter(({ source }) => includes.includes(source.path));
  return [...new Set(direct.flatMap((each) => [each, ...takenIn(lists, each, depth - 1)]))];
}
