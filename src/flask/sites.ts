import { type PyAssign, type PyFunction, qualname } from '../python/model.ts';
import { anchorsOf } from './anchors.ts';
import type { AppSite } from './facts.ts';
import { type AppScope, flowFrom, scopeOf } from './flow.ts';
import { type Module, type Project, placeAt } from './project.ts';

/** Classes whose objects are Flask apps, as they are imported. */
const flaskClasses = new Set([
  'flask.Flask',
  'flask.app.Flask',
  'apiflask.APIFlask',
  'flask_openapi3.OpenAPI',
  'connexion.App',
  'connexion.FlaskApp',
  'flask_appbuilder.Flask',
]);

/** A site together with the scopes in which the app is put together. */
export interface FoundSite {
  readonly site: AppSite;
  readonly scopes: readonly AppScope[];
}

/** Every place where a Flask app is made, best first. */
export function findSites(project: Project): FoundSite[] {
  project.readMentioning(subclasses(project));
  const found: FoundSite[] = [];
  for (const module of [...project.modules.values()]) {
    for (const assign of module.assigns) {
      const made = assign.key ? undefined : flaskClass(project, assign);
      if (made !== undefined) found.push(siteOf(project, { module, assign, made }));
    }
  }
  // A module that only imports the app may be the one that runs it.
  project.readMentioning(
    [...new Set(found.map(({ site }) => `import ${site.variable}`))].filter((word) => word.length >= 10),
  );
  return found.sort((a, b) => b.site.score - a.site.score || (a.site.file < b.site.file ? -1 : 1));
}

/** Names of the app's own classes that are derived from Flask; a file that only knows those is about Flask too. */
function subclasses(project: Project): string[] {
  return [...project.modules.values()].flatMap(({ name, classes }) =>
    classes.filter((each) => each.scope === '' && isFlask(project, `${name}.${each.name}`, 8)).map((each) => each.name),
  );
}

function flaskClass(project: Project, { value }: PyAssign): string | undefined {
  if (value.kind !== 'call') return undefined;
  const made = project.resolve(value.call.target);
  return isFlask(project, made, 8) ? made : undefined;
}

/** True for Flask and for classes that are derived from it, over files. */
function isFlask(project: Project, target: string, depth: number): boolean {
  if (flaskClasses.has(target)) return true;
  const own = depth > 0 ? project.classOf(target) : undefined;
  return own?.found.bases.some((base) => isFlask(project, project.resolve(base), depth - 1)) ?? false;
}

interface Making {
  readonly module: Module;
  readonly assign: PyAssign;
  readonly made: string;
}

function siteOf(project: Project, making: Making): FoundSite {
  const { module, assign, made } = making;
  const variable = assign.name;
  const factory = assign.scope === '' ? configurer(module, variable) : enclosing(module, assign.scope);
  const start = { module, scope: assign.scope, variable, from: assign.start };
  const scopes = assign.scope === '' && factory ? [start, scopeOf(module, factory, variable)] : [start];
  const flow = flowFrom(project, scopes);
  const anchors = anchorsOf({ project, scopes, flow, assign });
  const name = factory && qualname(factory);
  const site: AppSite = {
    ...placeAt(module, assign.start),
    kind: assign.scope === '' ? 'module' : 'factory',
    variable,
    ...(name !== undefined && { factory: name }),
    target: assign.scope === '' ? assign.target : `${module.name}.${assign.scope}`,
    made,
    role: module.role,
    score: score(making, factory, flow.filter(({ call }) => call && wiring.test(call.callee)).length),
    call: { start: assign.value.start, end: assign.value.end },
    step: assign.step,
    ...anchors,
  };
  return { site, scopes };
}

const wiring = /\.(init_app|register_blueprint|config\.\w+|add_url_rule|route|before_request)$/;

function enclosing(module: Module, scope: string): PyFunction | undefined {
  return module.functions.find((fn) => qualname(fn) === scope);
}

/** The function that sets up and returns an app that the module makes. */
function configurer(module: Module, variable: string): PyFunction | undefined {
  const gives = (fn: PyFunction): boolean =>
    fn.returns.some((value) => value.kind === 'name' && value.name === variable);
  return module.functions.find((fn) => fn.scope === '' && gives(fn) && !shadowed(module, fn, variable));
}

function shadowed(module: Module, fn: PyFunction, variable: string): boolean {
  return (
    fn.params.includes(variable) || module.assigns.some((each) => each.scope === qualname(fn) && each.name === variable)
  );
}

/** How much a site looks like the app that is served. */
function score({ module, assign }: Making, factory: PyFunction | undefined, wired: number): number {
  const returned = factory?.returns.some((value) => value.kind === 'name' && value.name === assign.name) ?? false;
  return (
    (module.role === 'production' ? 10 : 0) +
    (/(^|\/)(bin|scripts?|tools?)\//.test(module.path) ? -4 : 0) +
    (/^(create|make|build|get)_?(flask_?)?(app|application)$/i.test(factory?.name ?? '') ? 3 : 0) +
    (returned || assign.scope === '' ? 2 : -2) +
    Math.min(wired, 6) / 2 -
    module.path.split('/').length / 10
  );
}
