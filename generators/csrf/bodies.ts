import type { AppFacts, RouteFacts } from '../../src/flask/facts.ts';
import { type PyFunction, type PyModule, qualname } from '../../src/python/model.ts';

/** The text of a function, and where it stands. */
export interface Body {
  readonly module: PyModule;
  readonly fn: PyFunction;
  readonly code: string;
}

/** The functions of an app by their dotted name. */
export interface Bodies {
  readonly app: AppFacts;
  /** A function, or the methods of a class that answer requests. */
  readonly of: (target: string) => readonly Body[];
  /** The app's own functions that a function calls. */
  readonly called: (body: Body) => readonly Body[];
}

/** Indexes the functions of an app. */
export function bodiesOf(app: AppFacts): Bodies {
  const known = new Map<string, Body[]>();
  for (const body of allBodies(app))
    for (const name of namesOf(body)) known.set(name, [...(known.get(name) ?? []), body]);
  const of = (target: string): readonly Body[] => known.get(app.resolve(target)) ?? known.get(target) ?? [];
  const called = ({ module, fn }: Body): readonly Body[] =>
    module.calls
      .filter(({ start, end }) => start >= fn.body.start && end <= fn.body.end)
      .flatMap(({ target }) => of(target));
  return { app, of, called };
}

function allBodies({ modules }: AppFacts): Body[] {
  return [...modules.values()].flatMap((module) =>
    module.functions.map((fn) => ({ module, fn, code: module.source.text.slice(fn.start, fn.end) })),
  );
}

/** A method stands for its class as well. */
function namesOf({ module, fn }: Body): string[] {
  const name = `${module.name}.${qualname(fn)}`;
  return fn.scope === '' ? [name] : [name, `${module.name}.${fn.scope}`];
}

/** What a judgement is about: a function, or what decorates one. */
export type Subject = { readonly body: Body } | { readonly decorator: string };

const tokenNames =
  /^flask_(jwt|oauthlib|praetorian)|(^|[._])(token|jwt|api_?key|apikey|bearer|hmac|signature|signed|oauth2?)(_?(auth|is|was))?_?(required|protected|verified|needed|only)?$|require_?(api|token|key|signature|oauth)|auth_token_required|http_auth_required/i;
const tokenCode =
  /headers(\.get\(|\[)\s*["'](authorization|x-[\w-]*(signature|token|key|secret|hmac|hub|event)[\w-]*|stripe-signature|api-?key)|\brequest\.authorization\b|\bhmac\.(new|compare_digest|digest)|verify_jwt_in_request|\bjwt\.decode|construct_event\(|\bRequestValidator\(|\b(create_access_token|get_jwt_identity|jwt_encode|encode_auth_token|generate_auth_token)\b|\bjwt\.encode|\.create_(token|endpoint)_response\(/i;

/** How a function or a decorator authenticates by what a browser does not send by itself. */
export function byToken(bodies: Bodies, subject: Subject): string | undefined {
  if ('body' in subject)
    return tokenCode.test(subject.body.code) ? 'a header, a signature or a token speaks for the caller' : undefined;
  const { decorator } = subject;
  if (isHttpAuth(bodies, decorator)) return 'Flask-HTTPAuth authenticates each request';
  if (/^flask_jwt/.test(decorator)) return 'a JSON web token authenticates each request';
  const name = decorator.split('.').at(-1) ?? '';
  const own = bodies.of(decorator);
  return tokenNames.test(decorator) || own.some(({ code }) => tokenCode.test(code))
    ? `${name} wants a token or a key in each request`
    : undefined;
}

function isHttpAuth({ app }: Bodies, decorator: string): boolean {
  const object = app.resolve(decorator.replace(/\.\w+$/, ''));
  return app.extensions.some(({ target, made }) => target === object && /^flask_httpauth\./.test(made));
}

/** True where the session, a sign-in or a cookie may speak for the user. */
export function byCookie(bodies: Bodies, subject: Subject, hasToken = false): boolean {
  if ('decorator' in subject) {
    const { decorator } = subject;
    if (byToken(bodies, subject) !== undefined)
      return bodies.of(decorator).some((body) => byCookie(bodies, { body }, true));
    return (
      /^flask_(login|security|user|principal|admin)\b|(_|\b)(login|admin|auth|roles?|permissions?|user)_?(is_|\w+ly_)?(required|accepted)$/i.test(
        decorator,
      ) || bodies.of(decorator).some((body) => byCookie(bodies, { body }))
    );
  }
  const { module, code } = subject.body;
  // What a token stands for is kept in `g` too.
  if (/\brequest\.cookies\b|\bflask\.session\b/.test(code) || (!hasToken && /\bg\.\w*user\b/.test(code))) return true;
  return sessionNames(bodies.app, module).some((name) => new RegExp(`(?<![.\\w])${name}\\b`).test(code));
}

/** The names that a module has for the session and for who is signed in. */
function sessionNames(app: AppFacts, { imports }: PyModule): string[] {
  const session = /^flask\.(globals\.)?session$|^flask_(login|security|user|principal)\b/;
  return imports
    .filter(({ target, local }) => local !== '*' && session.test(app.resolve(target)))
    .map(({ local }) => local);
}

/** What runs before each view of a route's blueprint, or before every view and may refuse the request. */
export function hooksOf({ app, of }: Bodies, { on }: RouteFacts): readonly Body[] {
  const owner = app.resolve(on);
  return hooks(app).flatMap(({ object, wide, name }) => {
    if (app.resolve(object) === owner) return of(name);
    return wide ? of(name).filter(({ code }) => /\b(redirect|abort)\s*\(|unauthorized/.test(code)) : [];
  });
}

interface Hook {
  /** The app or blueprint that has it. */
  readonly object: string;
  readonly wide: boolean;
  readonly name: string;
}

function hooks({ modules, sites }: AppFacts): Hook[] {
  const isApp = (object: string): boolean => sites.some(({ variable }) => object.split('.').at(-1) === variable);
  const own = [...modules.values()].filter(({ role }) => role === 'production');
  return own.flatMap((module) =>
    module.functions.flatMap((fn) =>
      fn.decorators.flatMap((value): Hook[] => {
        const [, object, all] = (value.kind === 'name' && /^(.+)\.before_(app_)?request$/.exec(value.target)) || [];
        if (object === undefined) return [];
        return [{ object, wide: all !== undefined || isApp(object), name: `${module.name}.${qualname(fn)}` }];
      }),
    ),
  );
}
