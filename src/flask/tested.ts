import type { PyCall, PyFunction, Value } from '../python/model.ts';
import type { AppFacts, AppSite } from './facts.ts';
import { packageOf } from './own-names.ts';
import type { Module } from './project.ts';

/** How a test of an app gets at the app. */
export type Tested =
  /** A fixture of pytest; `client` is one whose `application` it is. */
  | { readonly kind: 'fixture'; readonly name: string; readonly client: boolean }
  /** Imports and an expression that gives the app. */
  | { readonly kind: 'made'; readonly imports: readonly string[]; readonly expression: string };

/** How the app's own tests get at it; undefined where only its developers know what it takes to make one. */
export function testedApp(app: AppFacts): Tested | undefined {
  return tests(app).some(givesToClasses) ? undefined : (fixtureOf(app) ?? madeBy(app));
}

/** Fixtures that put the app into the class of a test fail for a test that is a function. */
function givesToClasses({ path, functions, source }: Module): boolean {
  return (
    path.endsWith('conftest.py') &&
    functions.some(
      (each) => isFixture(each) && /\brequest\.(cls|instance)\b/.test(source.text.slice(each.start, each.end)),
    )
  );
}

function fixtureOf(app: AppFacts): Tested | undefined {
  const shared = tests(app).filter(({ path }) => path.endsWith('conftest.py'));
  const fixtures = shared.flatMap(({ functions }) => functions.filter(isFixture).map(({ name }) => name));
  const name = ['app', 'application', 'flask_app'].find((each) => fixtures.includes(each));
  if (name !== undefined) return { kind: 'fixture', name, client: false };
  const client = ['client', 'test_client'].find((each) => fixtures.includes(each));
  return client === undefined ? undefined : { kind: 'fixture', name: client, client: true };
}

function tests({ modules }: AppFacts): Module[] {
  return [...modules.values()].filter(({ role }) => role === 'test');
}

function isFixture({ decorators }: PyFunction): boolean {
  return decorators.some((value) => {
    const target = value.kind === 'call' ? value.call.target : value.kind === 'name' ? value.target : '';
    return /^pytest(_asyncio)?\.fixture$/.test(target);
  });
}

/** A module has its app; a factory is called as the app's tests call it, else without arguments. */
function madeBy(app: AppFacts): Tested | undefined {
  const [site] = app.sites;
  const home = site && app.modules.get(site.file);
  if (!site || !home) return undefined;
  if (site.kind === 'module') {
    const name = site.target.split('.').at(-1) ?? 'app';
    return made([`from ${home.name} import ${name}`], name);
  }
  return calledByTests(app, site) ?? calledPlainly(app, site);
}

function made(imports: readonly string[], expression: string): Tested {
  return { kind: 'made', imports, expression };
}

function factory({ target }: AppSite): { readonly name: string; readonly statement: string } {
  const parts = target.split('.');
  const name = parts.pop() ?? 'create_app';
  return { name, statement: `from ${parts.join('.')} import ${name}` };
}

function calledByTests(app: AppFacts, site: AppSite): Tested | undefined {
  const { name, statement } = factory(site);
  for (const module of tests(app))
    for (const call of module.calls.filter(({ target }) => app.resolve(target) === site.target)) {
      const imports = importsFor(module, call);
      if (!imports) continue;
      const given = module.source.text.slice(call.list.start, call.list.end);
      return made([statement, ...imports], name + given);
    }
  return undefined;
}

/** The imports that arguments need; undefined where they are not plain values or names of a module. */
function importsFor(module: Module, { args }: PyCall): string[] | undefined {
  const found = args.map(({ value, star }) => (star ? undefined : importFor(module, value)));
  return found.every((each) => each !== undefined) ? [...new Set(found.flat())] : undefined;
}

function importFor(module: Module, value: Value): string[] | undefined {
  switch (value.kind) {
    case 'literal':
      return [];
    case 'list':
      return flattened(value.items.map((each) => importFor(module, each)));
    case 'dict':
      return flattened(value.entries.map((each) => (each.key ? importFor(module, each.value) : undefined)));
    case 'name': {
      const [first = ''] = value.name.split('.');
      const known = module.imports.find(({ local, scope }) => local === first && scope === '');
      if (known) return [known.module === '' ? `import ${known.target}` : `from ${known.module} import ${first}`];
      const own = module.classes.some((each) => each.name === first && each.scope === '');
      return own && packageOf(module) === '' ? [`from ${module.name} import ${first}`] : undefined;
    }
    default:
      return undefined;
  }
}

function flattened(all: readonly (string[] | undefined)[]): string[] | undefined {
  return all.every((each) => each !== undefined) ? all.flat() : undefined;
}

function calledPlainly(app: AppFacts, site: AppSite): Tested | undefined {
  const { name, statement } = factory(site);
  const module = app.modules.get(site.file);
  const fn = module?.functions.find((each) => each.name === name && each.scope === '');
  if (!fn || fn.params.some((each) => !(each in fn.defaults) && !each.startsWith('*'))) return undefined;
  return made([statement], `${name}()`);
}
