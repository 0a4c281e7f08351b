import { DewarError, Exit } from '../error.ts';
import type { AppSite } from './facts.ts';
import type { Tree } from './files.ts';

/** An app with the files that may be its own: all but those of the other apps' folders. */
export interface Apart {
  readonly site: AppSite;
  readonly files: readonly string[];
}

/**
 * The apps of a repository that have folders of their own; none where there is one app, or they share a folder. With a
 * name, the app of that name alone.
 * @throws DewarError when there is no app of that name.
 */
export function apartFrom(tree: Tree, sites: readonly AppSite[], name?: string): Apart[] {
  const homes = homesOf(tree, sites);
  const chosen = name === undefined ? judged(homes) : [named(sites, name)];
  if (name === undefined && chosen.length < 2) return [];
  return chosen.map((site) => {
    const own = homes.get(site) ?? '';
    const others = [...homes.values()].filter((home) => apart(home, own));
    return { site, files: tree.files.filter((path) => !others.some((home) => path.startsWith(`${home}/`))) };
  });
}

/** How apps are called: as a production server is told of them. */
export function nameOf({ target, kind }: AppSite): string {
  const [, module = '', object = target] = /^(.+)\.([^.]+)$/.exec(target.replaceAll('.<locals>', '')) ?? [];
  return `${module}:${object}${kind === 'factory' ? '()' : ''}`;
}

/** True for an app that is as much built to be served as the best one. */
export function rivals({ score }: AppSite, best: AppSite): boolean {
  return score > best.score - 4;
}

/** What is built to be served, in folders of their own: not the wizard or the demo beside it. */
function judged(homes: ReadonlyMap<AppSite, string>): AppSite[] {
  const [best] = homes.keys();
  const served = [...homes].filter(([site]) => site.role === 'production' && best !== undefined && rivals(site, best));
  const first = served.filter(([, home], at) => served.findIndex(([, other]) => other === home) === at);
  const separate = first.every(([, home]) => first.every(([, other]) => home === other || apart(home, other)));
  return separate ? first.map(([site]) => site) : [];
}

/** The folder of each app: the nearest one that says what is installed, else its package. */
function homesOf(tree: Tree, sites: readonly AppSite[]): ReadonlyMap<AppSite, string> {
  const known = new Set(tree.files);
  const holds = (folder: string, names: readonly string[]): boolean =>
    names.some((each) => known.has(`${folder}/${each}`));
  const homeOf = (file: string): string => {
    const above = file
      .split('/')
      .slice(0, -1)
      .map((_, index, folders) => folders.slice(0, folders.length - index).join('/'));
    const outside = above.findIndex((folder) => !holds(folder, ['__init__.py']));
    const packaged = outside === -1 ? above.at(-1) : above[Math.max(outside - 1, 0)];
    return above.find((folder) => holds(folder, installs)) ?? packaged ?? '';
  };
  return new Map(sites.map((site) => [site, homeOf(site.file)]));
}

const installs = ['pyproject.toml', 'requirements.txt', 'setup.py', 'setup.cfg', 'Pipfile', 'Dockerfile', 'Procfile'];

/** Neither folder holds the other. */
function apart(one: string, other: string): boolean {
  return one !== '' && other !== '' && !`${one}/`.startsWith(`${other}/`) && !`${other}/`.startsWith(`${one}/`);
}

function named(sites: readonly AppSite[], name: string): AppSite {
  const wanted = name.replace(/\(\)$/, '').replace(':', '.');
  const same = sites.filter(({ target, file }) => file === name || target === wanted || target.endsWith(`.${wanted}`));
  const [found] = same;
  if (found) return found;
  const known = sites.map(nameOf).join(', ');
  throw new DewarError(`There is no app ${name}; there is ${known || 'none'}.`, Exit.usage);
}
