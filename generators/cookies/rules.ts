import type { AppFacts } from '../../src/flask/facts.ts';
import { argumentFlag, type Flag, flag, placeOf } from '../../src/flask/flags.ts';
import { signsIn } from '../../src/flask/sign-in.ts';
import type { Finding, Rule } from '../../src/mitigation.ts';
import { argument, text, type Value } from '../../src/python/model.ts';
import { type CookieCall, cookieCalls, factFor, protection } from './evidence.ts';

function usesSession(app: AppFacts): boolean {
  const own = app.session.some(({ role }) => role === 'production');
  return (
    own ||
    signsIn(app) ||
    app.extensions.some(({ made, role }) => role === 'production' && /^flask_(session|wtf|seasurf)\b/.test(made))
  );
}

/** A rule on an attribute of the session cookie that must be switched on. */
function attribute(
  id: Rule['id'],
  {
    key,
    severity,
    weakness,
    message,
    why,
    fix,
  }: Omit<Rule, 'id' | 'find'> & { key: 'SECURE' | 'SAMESITE' | 'HTTPONLY'; why: string; fix: string },
): Rule {
  return {
    id,
    severity,
    weakness,
    message,
    *find(app) {
      if (!usesSession(app) || protection(app, key)) return;
      const found = flag(app, `SESSION_COOKIE_${key}`);
      // Flask's own default is HttpOnly.
      if (found.is === 'unknown' || (key === 'HTTPONLY' && found.is !== 'off')) return;
      yield { ...(found.place && { place: found.place }), why: `${why}${exception(found)}.`, fix };
    },
  };
}

/** Also what is on under a condition that does not hold by default. */
function exception({ is }: Flag): string {
  return is === 'varies' || is === 'on' ? ' unless the environment says so' : '';
}

const notSecure = attribute('cookies/not-secure', {
  key: 'SECURE',
  severity: 'high',
  weakness: 'CWE-614',
  message: 'The session cookie is sent over plain HTTP too.',
  why: 'In production the session cookie has no Secure',
  fix: 'Set SESSION_COOKIE_SECURE = True for production.',
});

const noSameSite = attribute('cookies/no-samesite', {
  key: 'SAMESITE',
  severity: 'medium',
  weakness: 'CWE-1275',
  message: 'Browsers decide on their own whether other sites may send the session cookie.',
  why: 'The session cookie has no SameSite',
  fix: 'Set SESSION_COOKIE_SAMESITE = "Lax".',
});

const readable = attribute('cookies/readable-by-scripts', {
  key: 'HTTPONLY',
  severity: 'high',
  weakness: 'CWE-1004',
  message: 'Scripts of the page can read the session cookie.',
  why: 'SESSION_COOKIE_HTTPONLY is switched off, so scripts can read the session cookie',
  fix: 'Leave SESSION_COOKIE_HTTPONLY at its default, True.',
});

const sameSiteNone: Rule = {
  id: 'cookies/samesite-none',
  severity: 'medium',
  weakness: 'CWE-1275',
  message: 'The session cookie goes along with requests of every other site.',
  *find(app) {
    for (const fact of app.settings.filter(
      ({ key, tier, role }) => key === 'SESSION_COOKIE_SAMESITE' && tier !== 'testing' && role === 'production',
    ))
      if (text(fact.value)?.toLowerCase() === 'none')
        yield {
          place: placeOf(fact),
          why: 'SameSite=None lets every site send the session cookie.',
          fix: 'Use "Lax", or "Strict".',
        };
  },
};

const remember: Rule = {
  id: 'cookies/remember-cookie',
  severity: 'medium',
  weakness: 'CWE-614',
  message: 'The cookie that keeps a user signed in is sent over plain HTTP too.',
  *find(app) {
    const call = rememberCall(app);
    if (!call || ['on', 'varies', 'unknown'].includes(flag(app, 'REMEMBER_COOKIE_SECURE').is)) return;
    const set = factFor(app, 'REMEMBER_COOKIE_SECURE');
    yield {
      ...(set && { place: set }),
      why: 'Flask-Login writes its remember cookie without Secure.',
      fix: 'Set REMEMBER_COOKIE_SECURE = True and REMEMBER_COOKIE_SAMESITE = "Lax".',
    };
  },
};

/** A sign-in that asks Flask-Login to remember the user. */
function rememberCall(app: AppFacts): boolean {
  const remembers = (value: Value | undefined): boolean =>
    value !== undefined && !(value.kind === 'literal' && value.value === false);
  return [...app.modules.values()].some(
    ({ role, calls }) =>
      role === 'production' &&
      calls.some((call) => /(^|\.)login_user$/.test(call.callee) && remembers(argument(call, 'remember', 1))),
  );
}

const bareCookie: Rule = {
  id: 'cookies/bare-cookie',
  severity: 'medium',
  weakness: 'CWE-614',
  message: 'A cookie is set without the attributes that protect it.',
  *find(app) {
    if (protectsAll(app)) return;
    for (const each of cookieCalls(app)) yield* faultOf(app, each);
  },
};

function* faultOf(app: AppFacts, { call, module, file, line, text: quoted }: CookieCall): Iterable<Finding> {
  // What stands in a dictionary of options is not looked into.
  if (call.args.some(({ star }) => star === '**')) return;
  const lacks = (['secure', 'httponly', 'samesite'] as const).filter((name) => {
    const value = argument(call, name);
    return !value || argumentFlag(app, value, { file: module.path, scope: call.scope }).is === 'off';
  });
  if (lacks.length === 0) return;
  const cookie = text(argument(call, 'key', 0));
  const named = cookie === undefined ? 'A cookie' : `The cookie ${JSON.stringify(cookie)}`;
  yield {
    place: { file, line, text: quoted },
    why: `${named} is set without ${lacks.join(', ')}.`,
    fix: 'Pass secure=True, httponly=True and samesite="Lax".',
  };
}

/** The app gives every cookie its attributes on the way out. */
function protectsAll(app: AppFacts): boolean {
  return [...app.modules.values()].some(
    ({ role, functions, classes, source }) =>
      role === 'production' &&
      functions.some(({ name, scope }) => name === 'set_cookie' && scope !== '') &&
      classes.some(({ bases }) => bases.some((base) => /Response$/.test(base))) &&
      /samesite/i.test(source.text),
  );
}

/** Faults of cookies. */
export const rules: readonly Rule[] = [notSecure, noSameSite, readable, sameSiteNone, remember, bareCookie];
