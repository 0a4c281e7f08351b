import type { AppFacts, RouteFacts } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { Place, Rule } from '../../src/mitigation.ts';
import { type PyModule, text, type Value } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';
import { isProtector, unsafeRoutes } from './authority.ts';
import { type Bodies, bodiesOf } from './bodies.ts';
import { namesOf, speaksForUser } from './machines.ts';

/** Views that act by the session although the check passes them over. */
export const exemptView: Rule = {
  id: 'csrf/exempt-session-view',
  severity: 'high',
  weakness: 'CWE-352',
  message: 'A view is exempt from the check and acts by the session.',
  *find(app) {
    const bodies = bodiesOf(app);
    const acting = unsafeRoutes(app).filter((route) => !isCalledBack(route) && speaksForUser(bodies, route));
    const fix = 'Take the exemption away, or authenticate by a token.';
    const why = 'The view acts for the signed-in user and is exempt from the check.';
    for (const route of acting) if (decorated(route)) yield { place: placeOf(route), why, fix };
    for (const { place, names } of exemptions(app)) {
      const found = acting.find((route) => namesOf(bodies, route).some((name) => names.includes(name)));
      if (found)
        yield { place, why: `${nameOf(bodies, found)} acts for the signed-in user and is exempt from the check.`, fix };
    }
  },
};

/** What another service or a sign-in elsewhere calls, and a client that signs in with each request. */
function isCalledBack({ rule, view, decorators }: RouteFacts): boolean {
  return (
    /saml|\bsso\b|oauth|oidc|callback|webhook|(^|[/_.-])(acs|hook|ipn)s?([/_.-]|$)/i.test(`${rule ?? ''} ${view}`) ||
    decorators.some((each) => /basic|dyndns|digest/i.test(each))
  );
}

function nameOf(bodies: Bodies, route: RouteFacts): string {
  return namesOf(bodies, route)[0] ?? route.view;
}

function decorated({ decorators }: RouteFacts): boolean {
  return decorators.some((each) => /(^|\.)(csrf|csrf_protect|protect)\w*\.exempt$/.test(each));
}

interface Exempt {
  readonly place: Place;
  /** Dotted names of views and blueprints, and endpoints. */
  readonly names: readonly string[];
}

/** What is exempt by a call, or by a list of endpoints that an own check reads. */
function exemptions(app: AppFacts): Exempt[] {
  const modules = [...app.modules.values()].filter(({ role }) => role === 'production');
  return modules.flatMap((module) => [...called(app, module), ...listed(module)]);
}

function called(app: AppFacts, module: PyModule): Exempt[] {
  const names = new Set(['csrf', 'csrf_protect', 'protect', ...app.extensions.filter(isProtector).map(nameIn)]);
  return module.calls
    .filter(({ callee }) => callee.endsWith('.exempt') && names.has(callee.split('.').at(-2) ?? ''))
    .flatMap(({ args, start }) => {
      const value = args[0]?.value;
      const name = value?.kind === 'name' ? app.resolve(value.target) : text(value);
      return name === undefined ? [] : [{ place: placeIn(module, start), names: [name] }];
    });
}

function nameIn({ variable }: AppFacts['extensions'][number]): string {
  return variable.split('.').at(-1) ?? '';
}

/** `EXEMPTIONS = {"shop.paid": "why"}` in a module on CSRF. */
function listed(module: PyModule): Exempt[] {
  if (!/csrf/i.test(module.source.text)) return [];
  return module.assigns
    .filter(({ name, key }) => /exempt/i.test(name) && !key)
    .flatMap(({ value }) => entriesOf(value))
    .map(({ name, start }) => ({ place: placeIn(module, start), names: [name] }));
}

function entriesOf(value: Value): { name: string; start: number }[] {
  const items = value.kind === 'list' ? value.items : value.kind === 'dict' ? value.entries.map(({ key }) => key) : [];
  return items.flatMap((item) => {
    const name = text(item);
    return item && name !== undefined ? [{ name, start: item.start }] : [];
  });
}

function placeIn({ path, source }: PyModule, offset: number): Place {
  return { file: path, line: lineAt(source, offset), text: quote(source, offset) };
}
