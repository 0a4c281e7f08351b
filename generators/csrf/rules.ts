import type { AppFacts, ExtensionFacts, RouteFacts } from '../../src/flask/facts.ts';
import { onByDefault } from '../../src/flask/switched.ts';
import { formsWithoutToken } from '../../src/flask/tokens.ts';
import type { Finding, Place, Rule } from '../../src/mitigation.ts';
import { qualname } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';
import { formClasses, isProtector, ownChecks, protectors, unsafeRoutes } from './authority.ts';
import { changeOnGet } from './changing-gets.ts';
import { exemptView } from './exempt.ts';
import { checkDefaultOff, disabled } from './switched-off.ts';

const weakness = 'CWE-352';

function isProtected(app: AppFacts): boolean {
  return protectors(app).length > 0 || [...ownChecks(app)].length > 0;
}

function placeOf({ file, line, text }: Place): Place {
  return { file, line, text };
}

const noProtection: Rule = {
  id: 'csrf/no-protection',
  severity: 'high',
  weakness,
  message: 'No request that changes something is checked for a token.',
  *find(app) {
    if (isProtected(app) || formClasses(app).length > 0 || app.extensions.some(isProtector)) return;
    const count = unsafeRoutes(app).length;
    const views =
      count === 0
        ? 'Nothing'
        : count === 1
          ? 'One view changes something and nothing'
          : `${count} views change something and nothing`;
    yield { why: `${views} checks where a request comes from.`, fix: 'Initialise CSRFProtect for the whole app.' };
  },
};

const notInitialised: Rule = {
  id: 'csrf/not-initialised',
  severity: 'high',
  weakness,
  message: 'CSRF protection is created and never given the app.',
  *find(app) {
    if (isProtected(app)) return;
    for (const each of app.extensions.filter(isProtector))
      yield {
        place: placeOf(each),
        why: `${each.variable} never gets the app, so it checks nothing.`,
        fix: `Call ${each.variable}.init_app(app).`,
      };
  },
};

const formsOnly: Rule = {
  id: 'csrf/forms-only',
  severity: 'medium',
  weakness,
  message: 'Only Flask-WTF forms are checked; other requests are not.',
  *find(app) {
    if (isProtected(app) || formClasses(app).length === 0 || app.extensions.some(isProtector)) return;
    const fix = 'Initialise CSRFProtect for the whole app, so that no view depends on its form.';
    yield { why: 'Only views that validate a Flask-WTF form are checked.', fix };
    for (const route of unsafeRoutes(app))
      if (actsForUser(route) && !validates(app, route.view))
        yield { place: placeOf(route), why: 'This view takes a POST and validates no form with a token.', fix };
  },
};

/** True for a view that asks for a signed-in user by the cookie, not by a token of the request. */
function actsForUser({ decorators }: RouteFacts): boolean {
  return decorators.some((each) => /(login|roles?|admin)_required$/.test(each) && !/token|jwt|api|basic/i.test(each));
}

/** True for a view that validates a form; a view that cannot be found has the benefit of the doubt. */
function validates(app: AppFacts, view: string): boolean {
  for (const module of app.modules.values()) {
    const fn = module.functions.find((each) => `${module.name}.${qualname(each)}` === view);
    if (fn)
      return module.calls.some(
        ({ callee, start }) => start > fn.start && start < fn.end && /\.(validate_on_submit|validate)$/.test(callee),
      );
  }
  return true;
}

const addField = 'Put a hidden field csrf_token with {{ csrf_token() }} into the form.';

const formWithoutToken: Rule = {
  id: 'csrf/form-without-token',
  severity: 'medium',
  weakness,
  message: 'A form posts without a token.',
  *find(app) {
    if (isProtected(app)) return;
    for (const form of formsWithoutToken(app))
      yield { place: placeOf(form), why: 'Another site can send this form in the name of a user.', fix: addField };
  },
};

const formRefused: Rule = {
  id: 'csrf/form-refused',
  severity: 'low',
  weakness,
  message: 'A form has no token, so its requests are refused.',
  *find(app) {
    if (protectors(app).length === 0) return;
    for (const form of formsWithoutToken(app))
      yield { place: placeOf(form), why: 'The form has no token, so it is refused.', fix: addField };
  },
};

/** The header, or the script of Dewar's own that sets it. */
const setsToken = /X-CSRF-?Token|['"]csrf\.static['"]/i;

const ajaxWithoutToken: Rule = {
  id: 'csrf/ajax-without-token',
  severity: 'medium',
  weakness,
  message: 'A script sends a request without a token.',
  *find(app) {
    const pages = app.templates.filter(({ role }) => role === 'production');
    // One header set for all requests in a shared script is enough.
    if (pages.some(({ requests, source }) => requests.some(({ token }) => token) || setsToken.test(source.text)))
      return;
    if (app.scripts.some(({ token, role }) => token && role === 'production')) return;
    for (const request of pages.flatMap(({ requests }) => requests))
      yield {
        place: placeOf(request),
        why: `The ${request.method} request carries no token.`,
        fix: 'Send the token in the header X-CSRFToken.',
      };
  },
};

const metaOff: Rule = {
  id: 'csrf/form-switched-off',
  severity: 'medium',
  weakness,
  message: 'A form switches its own token off.',
  *find(app): Iterable<Finding> {
    const forms = new Set(formClasses(app).map(({ target }) => target));
    for (const module of app.modules.values()) {
      for (const assign of module.assigns) {
        const [, owner] = /^(.+)\.Meta$/.exec(assign.scope) ?? [];
        const off = assign.name === 'csrf' && assign.value.kind === 'literal' && assign.value.value === false;
        if (!off || owner === undefined || !forms.has(`${module.name}.${owner}`)) continue;
        const place = {
          file: module.path,
          line: lineAt(module.source, assign.start),
          text: quote(module.source, assign.start),
        };
        yield {
          place,
          why: `${owner} is sent without a token.`,
          fix: 'Remove csrf = False, unless the form is only sent by GET.',
        };
      }
    }
  },
};

const optional: Rule = {
  id: 'csrf/optional',
  severity: 'medium',
  weakness,
  message: 'CSRF protection is switched on under a condition.',
  *find(app) {
    const all = protectors(app);
    const isSure = ({ conditional, initialised }: ExtensionFacts): boolean =>
      !conditional || (initialised !== undefined && onByDefault(app, initialised));
    if (all.length === 0 || all.some(isSure)) return;
    for (const each of all)
      yield {
        place: placeOf(each),
        why: 'The protection is there only under a condition.',
        fix: 'Initialise it always.',
      };
  },
};

/** Faults of CSRF protection. */
export const rules: readonly Rule[] = [
  noProtection,
  notInitialised,
  formsOnly,
  disabled,
  checkDefaultOff,
  formWithoutToken,
  formRefused,
  ajaxWithoutToken,
  exemptView,
  metaOff,
  optional,
  changeOnGet,
];
