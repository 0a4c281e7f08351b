import { type PyAssign, type PyCall, type PyFunction, qualname, type Value } from '../python/model.ts';
import { anchorsOf } from './anchors.ts';
import { followers } from './app-names.ts';
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
  'apiflask.app.APIFlask',
  'connexion.FlaskApp',
  'connexion.apps.flask_app.FlaskApp',
  'flask_api.FlaskAPI',
  'eve.Eve',
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
  const found = [...project.modules.values()].flatMap((module) =>
    makings(project, module).map((making) => siteOf(project, making)),
  );
  // A module that only imports the app may be the one that runs it.
  project.readMentioning(
    [...new Set(found.map(({ site }) => `import ${site.variable}`))].filter((word) => word.length >= 10),
  );
  return found
    .map((each) => ({ ...each, scopes: [...each.scopes, ...followers(project, each)] }))
    .sort((a, b) => b.site.score - a.site.score || (a.site.file < b.site.file ? -1 : 1));
}

/** The apps of a module: those that get a name, then those that are handed on as they are made. */
function makings(project: Project, module: Module): Making[] {
  const named = module.assigns.flatMap((assign) => {
    const call = assign.key ? undefined : flaskCall(project, assign.value);
    return call ? [{ module, call, assign, made: project.resolve(call.target) }] : [];
  });
  const held = new Set(named.map(({ call }) => call.start));
  const others = module.calls.filter(
    ({ start, target }) => !held.has(start) && isClassName.test(target) && isFlask(project, target),
  );
  return [...named, ...others.map((call) => ({ module, call, made: project.resolve(call.target) }))];
}

/** Most calls are of functions, and need not be followed through imports. */
const isClassName = /(^|\.)_*[A-Z]\w*$/;

/** The call that makes an app; Connexion's has the app of Flask in an attribute. */
function flaskCall(project: Project, value: Value): PyCall | undefined {
  const made = value.kind === 'name' && value.name.endsWith('().app') ? value.on : value;
  return made?.kind === 'call' && isFlask(project, made.call.target) ? made.call : undefined;
}

/** Names of the app's own classes that are derived from Flask; a file that only knows those is about Flask too. */
function subclasses(project: Project): string[] {
  return [...project.modules.values()].flatMap(({ name, classes }) =>
    classes.filter((each) => each.scope === '' && isFlask(project, `${name}.${each.name}`)).map((each) => each.name),
  );
}

/** True for Flask and for classes that are derived from it, over files. */
function isFlask(project: Project, target: string, depth = 8): boolean {
  const name = project.resolve(target);
  if (flaskClasses.has(name)) return true;
  const own = depth > 0 ? project.classOf(name) : undefined;
  return own?.found.bases.some((base) => isFlask(project, base, depth - 1)) ?? false;
}

interface Making {
  readonly module: Module;
  readonly call: PyCall;
  /** Absent where the app gets no name where it is made. */
  readonly assign?: PyAssign;
  readonly made: string;
}

function siteOf(project: Project, making: Making): FoundSite {
  const { module, assign, call, made } = making;
  const variable = assign?.name ?? '';
  const { scope, start, step } = assign ?? call;
  const factory = scope === '' ? assign && configurer(module, variable) : enclosing(module, scope);
  const first = { module, scope, variable, from: start };
  const scopes = scope === '' && factory ? [first, scopeOf(module, factory, variable)] : [first];
  const flow = flowFrom(project, scopes);
  const wired = flow.filter((each) => each.call && wiring.test(each.call.callee)).length;
  const site: AppSite = {
    ...placeAt(module, start),
    kind: scope === '' ? 'module' : 'factory',
    variable,
    ...(factory && { factory: qualname(factory) }),
    target: targetOf(making),
    made,
    role: module.role,
    score: score(making, factory, wired),
    call: { start: call.start, end: call.end },
    step,
    ...anchorsOf({ project, scopes, flow, made: assign ?? call }),
  };
  return { site, scopes };
}

function targetOf({ module, assign, call }: Making): string {
  const { scope } = assign ?? call;
  return scope === '' ? (assign?.target ?? module.name) : `${module.name}.${scope}`;
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
function score({ module, assign, call }: Making, factory: PyFunction | undefined, wired: number): number {
  const gives = (value: Value): boolean =>
    assign ? value.kind === 'name' && value.name === assign.name : value.start <= call.start && call.end <= value.end;
  const returned = factory?.returns.some(gives) ?? false;
  return (
    (module.role === 'production' ? 10 : 0) +
    (/(^|\/)(bin|scripts?|tools?|setup|installer|demos?|samples?|examples?|mocks?)\//i.test(module.path) ? -4 : 0) +
    (/^(create|make|build|get)_?(flask_?)?(app|application)$/i.test(factory?.name ?? '') ? 3 : 0) +
    (returned || assign?.scope === '' ? 2 : -2) +
    // Where Flask's own command looks first.
    (/(^|\/)(app|wsgi)\.py$/.test(module.path) ? 2 : 0) +
    Math.min(wired, 6) / 2 -
    module.path.split('/').length / 10
  );
}
