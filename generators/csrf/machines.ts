import type { AppFacts, RouteFacts } from '../../src/flask/facts.ts';
import { text } from '../../src/python/model.ts';
import { unsafeRoutes } from './authority.ts';
import { type Bodies, type Body, bodiesOf, byCookie, byToken, hooksOf } from './bodies.ts';

/** What goes without the check of a token: an endpoint, a path or a dotted name, in shell patterns. */
export interface Exemption {
  readonly pattern: string;
  readonly why: string;
}

/** The views that programs call: they authenticate by what a browser does not send by itself, or by nothing. */
export function exemptionsOf(app: AppFacts): Exemption[] {
  const bodies = bodiesOf(app);
  const judged = unsafeRoutes(app).map((route) => ({
    route,
    why: reasonOf(bodies, route),
    on: blueprintOf(app, route),
  }));
  const wholes = new Set(judged.flatMap(({ on }) => (on !== undefined && all(judged, on) ? [on] : [])));
  const found = judged.flatMap(({ route, why, on }): Exemption[] => {
    if (why === undefined) return [];
    if (on !== undefined && wholes.has(on)) return [{ pattern: `${on}.*`, why }];
    return [{ pattern: patternOf(app, route, on), why }];
  });
  return joined(found);
}

type Judged = readonly { readonly why: string | undefined; readonly on: string | undefined }[];

/** True where each view of a blueprint that changes something is called by programs, and there are several. */
function all(judged: Judged, blueprint: string): boolean {
  const own = judged.filter(({ on }) => on === blueprint);
  return own.length > 1 && own.every(({ why }) => why !== undefined);
}

/** One entry for each pattern, with all of its reasons. */
function joined(found: readonly Exemption[]): Exemption[] {
  const reasons = new Map<string, Set<string>>();
  for (const { pattern, why } of found) reasons.set(pattern, (reasons.get(pattern) ?? new Set()).add(why));
  return [...reasons].map(([pattern, why]) => ({ pattern, why: [...why].join('; ') }));
}

/** The name of the blueprint that a route is on. */
function blueprintOf(app: AppFacts, { on }: RouteFacts): string | undefined {
  const target = app.resolve(on);
  for (const module of app.modules.values()) {
    const made = module.assigns.find((each) => each.target === target && each.value.kind === 'call')?.value;
    if (made?.kind !== 'call' || !/Blueprint$/.test(app.resolve(made.call.target))) continue;
    const named = made.call.args.find(({ name }) => name === 'name') ?? made.call.args[0];
    return text(named?.value);
  }
  return undefined;
}

/** An endpoint where it is certain; a dotted name holds for views of every kind. */
function patternOf(app: AppFacts, route: RouteFacts, on: string | undefined): string {
  const own = /\bendpoint\s*=\s*["']([\w.]+)["']/.exec(route.text)?.[1] ?? route.view.split('.').at(-1) ?? '';
  const isClass = app.classes.some(({ target }) => target === route.view);
  if (isClass) return route.view;
  if (on !== undefined) return `${on}.${own}`;
  const isApp = app.sites.some(({ variable }) => route.on.split('.').at(-1) === variable);
  return isApp ? own : route.view;
}

/** What authenticates the callers of a view: what a browser does not send by itself, and whether a cookie may speak for the user. */
function callersOf(
  bodies: Bodies,
  route: RouteFacts,
): { readonly token: string | undefined; readonly cookie: boolean } {
  const { app } = bodies;
  const own = bodies.of(route.view);
  const hooks = hooksOf(bodies, route);
  const token = [
    ...[...route.decorators, ...hooks.flatMap((hook) => decoratorsOf(app, hook))].map((each) =>
      byToken(bodies, { decorator: each }),
    ),
    ...[...own, ...hooks].map((body) => byToken(bodies, { body })),
  ].find((each) => each !== undefined);
  const cookie =
    route.decorators.some((decorator) => byCookie(bodies, { decorator })) ||
    [...own, ...hooks, ...own.flatMap(bodies.called)].some((body) => byCookie(bodies, { body }, token !== undefined));
  return { token, cookie };
}

/** True for a view that knows its user by a cookie alone. */
export function speaksForUser(bodies: Bodies, route: RouteFacts): boolean {
  const { token, cookie } = callersOf(bodies, route);
  return cookie && token === undefined;
}

/** The names by which a view can be meant: its endpoint, its own dotted name, that of its blueprint. */
export function namesOf({ app }: Bodies, route: RouteFacts): string[] {
  const on = blueprintOf(app, route);
  return [patternOf(app, route, on), route.view, app.resolve(route.on), ...(on === undefined ? [] : [`${on}.*`])];
}

/** Why a view needs no token; undefined where a cookie may speak for the user. */
function reasonOf(bodies: Bodies, route: RouteFacts): string | undefined {
  const { app } = bodies;
  const own = bodies.of(route.view);
  const { token, cookie } = callersOf(bodies, route);
  if (cookie || own.length === 0) return undefined;
  if (token !== undefined) return token;
  if (/webhook|(^|[/_.-])(hook|ipn|acs|saml)s?([/_.-]|$)/i.test(`${route.rule ?? ''} ${route.view}`))
    return 'another service calls it; no session is read';
  if (isResource(app, route)) return 'a resource of an API that reads no session';
  return own.every(({ code }) => answersJson(code)) && !isPosted(app, route)
    ? 'answers programs with JSON and reads no session'
    : undefined;
}

/** A hook is often no more than its decorator. */
function decoratorsOf(app: AppFacts, { fn }: Body): string[] {
  return fn.decorators.flatMap((value) => (value.kind === 'name' ? [app.resolve(value.target)] : []));
}

function isResource(app: AppFacts, { view }: RouteFacts): boolean {
  const bases = app.classes.find(({ target }) => target === view)?.bases ?? [];
  return bases.some((each) =>
    /^(flask_restful|flask_restx|flask_restplus|flask_smorest|apiflask)\b|(^|\.)Resource$/.test(each),
  );
}

function answersJson(code: string): boolean {
  const json = /\bjsonify\s*\(|\.get_json\s*\(|\brequest\.json\b|return\s*\{|return\s*\(?\s*\{/.test(code);
  return json && !/\brender_template|\bredirect\s*\(|\bflash\s*\(/.test(code);
}

/** True where a page of the app speaks of the view: its script can send the token. */
function isPosted(app: AppFacts, { view, rule }: RouteFacts): boolean {
  const name = view.split('.').at(-1) ?? view;
  const path = (rule ?? '').replace(/<.*$/, '').replace(/\/$/, '');
  return app.templates.some(
    ({ source }) => new RegExp(`["'.]${name}["']`).test(source.text) || (path.length > 1 && source.text.includes(path)),
  );
}
