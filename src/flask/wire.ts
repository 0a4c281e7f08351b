import { insertAfter } from '../python/edits.ts';
import { loadPython } from '../python/parser.ts';
import type { Splice } from '../source/splice.ts';
import type { AppFacts, AppSite } from './facts.ts';
import { freeName, packageOf, writtenFrom } from './own-names.ts';
import type { Module } from './project.ts';
import { type Attributed, type Cause, type Wired, type Workbench, workbench } from './workbench.ts';

const cause = { why: 'The defences, in their order.', from: ['app'] };

/** What goes into the Python of an app that Dewar did not write. */
export interface Wanted {
  /** Name of the package with the defences, which stands beside the module that makes the app. */
  readonly security?: string;
  /** Edits of the app's modules. */
  readonly splices?: readonly Attributed[];
}

/**
 * Gives the app to the package with the defences, by one import and one call at its anchor, and settles the imports of
 * the other edits. What is there already is left alone, so that a second run gives nothing; what cannot be edited safely
 * comes back as a step by hand: the files are parsed as they will be.
 */
export async function wire(app: AppFacts, { security = 'security', splices = [] }: Wanted = {}): Promise<Wired> {
  const bench = workbench(app, await loadPython());
  const [site] = app.sites;
  const home = site && app.modules.get(site.file);
  const target = site && app.modules.get(site.anchor.file);
  if (!home || !target) {
    bench.byHand({ kind: 'by-hand', what: `No Flask app was found below ${app.root}; name its folder.` });
    return bench.finish();
  }
  const module = fullName(home, security);
  for (const splice of splices) bench.splice(splice.file, named(bench, module, splice), splice);
  call(bench, { site, target, module });
  return bench.finish();
}

/** The splice with the names that its imports have in the file. */
function named(bench: Workbench, security: string, splice: Attributed): Splice {
  const target = bench.app.modules.get(splice.file);
  const names = (splice.imports ?? []).map((each) => {
    if (!('security' in each)) return bench.name(splice.file, each, splice);
    return target ? nameHere(bench, target, { module: `${security}.${each.security}`, cause: splice }) : each.security;
  });
  return { ...splice, insert: splice.insert.replace(/@@(\d)@@/g, (mark, at: string) => names[Number(at)] ?? mark) };
}

interface Wiring {
  readonly site: AppSite;
  /** The module with the anchor. */
  readonly target: Module;
  /** Dotted name of the package with the defences. */
  readonly module: string;
}

function fullName(home: Module, security: string): string {
  const top = packageOf(home);
  return top === '' ? security : `${top}.${security}`;
}

function call(bench: Workbench, { site, target, module }: Wiring): void {
  const { anchor } = site;
  const file = bench.file(anchor.file);
  if (!file || target.calls.some((each) => each.target === `${module}.init_app`)) return;
  const lines = [`${nameHere(bench, target, { module, cause })}.init_app(${flaskOf(site)})`];
  const edit = insertAfter(file, anchor.after, { lines, blank: anchor.kind !== 'init' });
  bench.take(anchor.file, edit, { ...cause, snippet: lines.join('\n'), at: anchor.after.start });
}

/** The Flask app itself: Connexion keeps it in an attribute of its own object. */
function flaskOf({ made, variable, anchor }: AppSite): string {
  return /^connexion\./.test(made) && anchor.variable === variable ? `${variable}.app` : anchor.variable;
}

interface Imported {
  readonly module: string;
  readonly cause: Cause;
}

/** Makes sure of the import and gives the name that the package has at the anchor. */
function nameHere(bench: Workbench, target: Module, { module, cause }: Imported): string {
  const imported = target.imports.find((each) => each.target === module && each.scope === '' && !each.typing);
  if (imported) return imported.local;
  const [name = module, ...rest] = module.split('.').reverse();
  const parent = rest.reverse().join('.');
  const alias = freeName(name, [target], '_package');
  if (parent === '') return bench.name(target.path, { module, ...(alias !== name && { alias }) }, cause);
  return bench.name(target.path, { module: parent, name, alias, written: writtenFrom(target, parent) }, cause);
}
