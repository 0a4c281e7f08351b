import type { RegisterChange } from '../mitigation.ts';
import { insertAfter } from '../python/edits.ts';
import { insertBelowImports } from '../python/top.ts';
import type { AppFacts, AppSite, ExtensionFacts } from './facts.ts';
import { freeName, importable, packageOf, writtenFrom } from './own-names.ts';
import type { Module } from './project.ts';
import type { Workbench } from './workbench.ts';

/** What registrations share: where the app is made, where its extensions are, and what was planned so far. */
interface Wiring {
  readonly bench: Workbench;
  readonly site: AppSite;
  /** The module with the anchor. */
  readonly target: Module;
  /** The module that keeps the extensions. */
  readonly home: Module;
  readonly instances: string[];
}

/** Puts instances beside the app's other extensions and their `init_app` calls at the app's anchor. */
export function wireRegisters(
  bench: Workbench,
  changes: readonly RegisterChange[],
  modules: ReadonlySet<string>,
): void {
  const site = bench.app.sites[0];
  const target = site && bench.app.modules.get(site.anchor.file);
  const home = site && instanceHome(bench.app, site);
  if (!target || !home) return;
  const wiring: Wiring = { bench, site, target, home, instances: [] };
  const calls = changes
    .toSorted((a, b) => a.order - b.order)
    .flatMap((change) => {
      const line = modules.has(change.module) ? moduleCall(wiring, change) : extensionCall(wiring, change);
      return line === undefined ? [] : [{ line, why: change.why }];
    });
  if (calls.length === 0) return;
  const why = calls.map((call) => call.why).join(' ');
  placeInstances(wiring, why);
  placeCalls(
    wiring,
    calls.map(({ line }) => line),
    why,
  );
}

type Instance = NonNullable<RegisterChange['instance']>;

/** `x.init_app(app)`; undefined where the app has that already. */
function extensionCall(wiring: Wiring, { instance, why }: RegisterChange): string | undefined {
  const known = instance && existing(wiring.bench.app, instance);
  if (!instance || known?.initialised) return undefined;
  const name = known ? nameHere(wiring, known) : fresh(wiring, instance, why);
  return `${name}.init_app(${wiring.site.anchor.variable})`;
}

/** `module.init_app(app, x)`, of a module in the app's security package. */
function moduleCall(wiring: Wiring, change: RegisterChange): string | undefined {
  const { instance } = change;
  const known = instance && existing(wiring.bench.app, instance);
  if (known?.initialised || calledAlready(wiring, change)) return undefined;
  const module = moduleName(wiring, change);
  const name = known ? nameHere(wiring, known) : instance && fresh(wiring, instance, change.why);
  return `${module}.init_app(${[wiring.site.anchor.variable, ...(name === undefined ? [] : [name])].join(', ')})`;
}

/** An object of the same class of the same package, whichever module it is imported from. */
function existing(app: AppFacts, wanted: Instance): ExtensionFacts | undefined {
  const [top] = wanted.module.split('.');
  const same = app.extensions.filter(({ made, role }) => {
    return role === 'production' && made.split('.')[0] === top && made.split('.').at(-1) === wanted.name;
  });
  return same.find(({ initialised }) => initialised) ?? same.find(({ variable }) => variable !== '');
}

/** The module where the app keeps its extensions: that with most of them, else where the app is made. */
function instanceHome(app: AppFacts, site: AppSite): Module | undefined {
  const near = importable(app, site);
  const counts = new Map<string, number>();
  for (const { file, target, variable, role } of app.extensions) {
    const name = app.modules.get(file)?.name ?? '';
    const global = role === site.role && target === `${name}.${variable}`;
    if (global && near.has(name)) counts.set(file, (counts.get(file) ?? 0) + 1);
  }
  const most = [...counts].sort((a, b) => b[1] - a[1] || Number(b[0] === site.file) - Number(a[0] === site.file))[0];
  return app.modules.get(most?.[0] ?? site.file);
}

/** Plans a new instance; gives its name at the anchor. */
function fresh({ bench, home, target, instances }: Wiring, instance: Instance, why: string): string {
  const made = bench.name(home.path, { module: instance.module, name: instance.name }, why);
  const name = freeName(instance.as, [home, target]);
  instances.push(`${name} = ${made}()`);
  if (home.path === target.path) return name;
  return bench.name(target.path, { module: home.name, name, written: writtenFrom(target, home.name) }, why);
}

function nameHere({ bench, target }: Wiring, { file, variable }: ExtensionFacts): string {
  const owner = bench.app.modules.get(file);
  if (!owner || owner.path === target.path) return variable;
  const wanted = { module: owner.name, name: variable, written: writtenFrom(target, owner.name) };
  return bench.name(target.path, wanted, `${variable} was made but never initialised.`);
}

/** Dotted name of a module of the app's security package, or of that itself. */
function fullName({ target }: Wiring, { module }: RegisterChange): string {
  const top = packageOf(target);
  const security = `${top === '' ? '' : `${top}.`}security`;
  return module === 'security' ? security : `${security}.${module}`;
}

function calledAlready(wiring: Wiring, change: RegisterChange): boolean {
  const called = `${fullName(wiring, change)}.init_app`;
  return wiring.target.calls.some((call) => call.target === called);
}

/** The name that a module of the security package gets at the anchor. */
function moduleName(wiring: Wiring, change: RegisterChange): string {
  const { bench, target } = wiring;
  const { module, instance, why } = change;
  const full = fullName(wiring, change);
  const imported = target.imports.find((each) => each.target === full && each.scope === '' && !each.typing);
  if (imported) return imported.local;
  const parent = full.split('.').slice(0, -1).join('.');
  const alias = instance?.as === module ? `${module}_security` : freeName(module, [target], '_security');
  if (parent === '') return bench.name(target.path, { module: full, ...(alias !== full && { alias }) }, why);
  return bench.name(target.path, { module: parent, name: module, alias, written: writtenFrom(target, parent) }, why);
}

/** Behind the other instances; in the module of a module-level app below the imports, to be there before the app. */
function placeInstances({ bench, home, site, instances }: Wiring, why: string): void {
  const file = bench.file(home.path);
  if (!file || instances.length === 0) return;
  const extensions = new Set(
    bench.app.extensions.filter((each) => each.file === home.path).map(({ target }) => target),
  );
  const made = home.assigns.filter(({ scope, target, conditional }) => {
    return scope === '' && !conditional && extensions.has(target);
  });
  const last = home.path === site.file && site.kind === 'module' ? undefined : made.at(-1);
  if (!last) bench.splice(home.path, insertBelowImports(file, instances), why);
  else {
    const edit = insertAfter(file, last.step, { lines: instances });
    bench.take(home.path, edit, { why, snippet: instances.join('\n'), at: last.start });
  }
}

function placeCalls({ bench, site: { anchor } }: Wiring, lines: readonly string[], why: string): void {
  const file = bench.file(anchor.file);
  if (!file) return;
  const edit = insertAfter(file, anchor.after, { lines, blank: anchor.kind !== 'init' });
  bench.take(anchor.file, edit, { why, snippet: lines.join('\n'), at: anchor.after.start });
}
