import { entry, register, runtimePackage } from '../../src/changes.ts';
import { type AppFacts, effective } from '../../src/flask/facts.ts';
import { repairSetting } from '../../src/flask/repair.ts';
import { tokenSplices } from '../../src/flask/tokens.ts';
import type { Answers, ByHand, Change, PlanContext, Wiring } from '../../src/mitigation.ts';
import { py } from '../../src/plan/literals.ts';
import { overlay } from '../../src/plan/overlay.ts';
import { isProtector, protectors } from './authority.ts';
import { applies } from './evidence.ts';
import { type Exemption, exemptionsOf } from './machines.ts';
import { ownToken } from './own-token.ts';
import { redirectSplices } from './redirects.ts';
import { needsScript, scriptSplices } from './scripts.ts';
import { walk } from './walk.ts';

/** What an app that Dewar did not write gets: the check where it has none, and a token in all that it sends. */
const wiring: Wiring = function* (context) {
  const { app } = context;
  yield* redirects(context, app);
  if (!applies(app)) return;
  const [own] = protectors(app);
  const seasurf = own?.made.startsWith('flask_seasurf') === true;
  const reason = own ? undefined : refusal(context, app);
  if (reason) return yield reason;
  yield* repairs(app);
  yield* tokenSplices(app, seasurf ? '_csrf_token' : 'csrf_token');
  if (own && seasurf) return;
  if (own && !needsScript(app)) return;
  yield* scriptSplices(app);
  yield runtimePackage('flask-wtf', '>=1.3,<2');
  yield register('csrf_pages', 51, 'after the check: what it completes carries a token');
  yield* only(context, 'csrf_pages.py');
  yield* only(context, 'assets/csrf.js');
  if (!own) yield* protection(context, app);
};

export default wiring;

function* redirects(context: PlanContext, app: AppFacts): Iterable<Change> {
  const splices = [...redirectSplices(app)];
  yield* splices;
  if (splices.length > 0 || [...(context.written ?? [])].some((path) => path.endsWith('/redirects.py')))
    yield* only(context, 'redirects.py');
}

function* protection(context: PlanContext, app: AppFacts): Iterable<Change | ByHand> {
  yield* only(context, 'security/csrf.py');
  const test = [...walk(app)];
  if (test.length > 0) yield* only(context, 'tests/test_security_csrf.py');
  yield* test;
  yield register('csrf', 50, 'after sessions: the token lies in the session');
  const exemptions = [...exemptionsOf(app), ...asked(context.answers)];
  for (const [index, { pattern, why }] of exemptions.entries())
    yield entry('csrf.exemptions', `${py(pattern)}: ${py(why)},`, index);
  yield* boundToOwn(app);
}

/** The file of the overlay whose place ends so. */
function* only(context: PlanContext, end: string): Iterable<Change> {
  for (const file of overlay('csrf', context)) if (file.place.endsWith(end)) yield file;
}

/** An instance that the app makes and never uses: its `exempt` may stand above views. */
function* boundToOwn(app: AppFacts): Iterable<Change> {
  const unbound = app.extensions.find(
    (each) => isProtector(each) && each.made.startsWith('flask_wtf') && each.variable,
  );
  if (!unbound) return;
  const [name = '', ...module] = unbound.target.split('.').reverse();
  yield entry(
    'csrf.instance',
    `# The app's own one, whose \`exempt\` stands above views.
from ${module.reverse().join('.')} import ${name} as own

protect._exempt_views = own._exempt_views
protect._exempt_blueprints = own._exempt_blueprints`,
  );
}

/** A check that is switched off outside the tests. */
function* repairs(app: AppFacts): Iterable<Change | ByHand> {
  for (const key of ['WTF_CSRF_ENABLED', 'WTF_CSRF_CHECK_DEFAULT'])
    yield* repairSetting(app, {
      key,
      wrong: ({ value }) => value.kind === 'literal' && value.value === false,
      value: 'True',
      why: `${key} = False lets other sites act for the user; the tests of the app are not checked.`,
    });
}

/** The token is signed with the key of the app; where nothing sets one, each page with a form would fail. */
function hasKey({ chosen }: PlanContext, app: AppFacts): boolean {
  const unknown = app.sources.some(({ kind }) => /^(pyfile|environment|unknown|caller)$/.test(kind));
  return chosen.has('secret-key') || unknown || effective(app, 'SECRET_KEY') !== undefined;
}

/** Why no check can be put into the app as it is. */
function refusal(context: PlanContext, app: AppFacts): ByHand | undefined {
  if (!hasKey(context, app)) return noKey;
  const place = ownToken(app);
  return place && { ...makesTokens, place };
}

const noKey: ByHand = {
  kind: 'by-hand',
  what: 'The app has no SECRET_KEY, and a token is signed with it. Add both at once.',
  snippet: 'dewar add secret-key csrf',
  withholds: true,
};

const makesTokens: ByHand = {
  kind: 'by-hand',
  what: "The app gives its templates a csrf_token of its own, which Flask-WTF's check would refuse. Remove it, then add csrf again; or keep it, if the app checks it itself.",
  withholds: true,
};

/** What the user wants exempt: a view, a blueprint or a path. */
function asked(answers: Answers): Exemption[] {
  const { exempt } = answers;
  const named = Array.isArray(exempt) ? exempt : typeof exempt === 'string' ? exempt.split(',') : [];
  return named
    .map((each) => String(each).trim())
    .filter((each) => each !== '')
    .map((each) => ({ pattern: each.endsWith('/') ? `${each}*` : each, why: 'asked for with --exempt' }));
}
