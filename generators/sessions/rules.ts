import { type AppFacts, effective, type SessionUse, settingsFor } from '../../src/flask/facts.ts';
import type { Place, Rule } from '../../src/mitigation.ts';
import { text } from '../../src/python/model.ts';
import { evidence, interfaces, stores } from './evidence.ts';
import { handmadeCookies } from './handmade.ts';

const fix = 'Keep session data on the server through Flask-Session.';

function placeOf({ file, line, text: quoted }: Place): Place {
  return { file, line, text: quoted };
}

function onServer(app: AppFacts): boolean {
  return [...evidence(app)].length > 0;
}

/** Where data enter the session: writes and sign-ins, else the first use of any kind. */
function entries(app: AppFacts): SessionUse[] {
  const own = app.session.filter(({ role }) => role === 'production');
  const written = own.filter(({ mode }) => mode === 'write' || mode === 'login');
  return written.length > 0 ? written : own.slice(0, 1);
}

const cookieSessions: Rule = {
  id: 'sessions/cookie-sessions',
  severity: 'high',
  weakness: 'CWE-565',
  message: 'Session data lie in a signed cookie.',
  *find(app) {
    if (onServer(app)) return;
    const all = entries(app);
    if (all.length === 0) yield { why: 'Session data lie in a signed cookie.', fix };
    for (const use of all)
      yield {
        place: placeOf(use),
        why: 'Session data lie in a signed cookie: readable by the user, and valid after sign-out.',
        fix,
      };
  },
};

const notInitialised: Rule = {
  id: 'sessions/not-initialised',
  severity: 'high',
  weakness: 'CWE-565',
  message: 'Server-side sessions are set up and never switched on.',
  *find(app) {
    if (onServer(app)) return;
    for (const each of stores(app))
      yield {
        place: placeOf(each),
        why: `${each.variable} never gets the app, so sessions stay in the cookie.`,
        fix: `Call ${each.variable}.init_app(app).`,
      };
    if (stores(app).length > 0) return;
    for (const fact of settingsFor(app, 'SESSION_TYPE'))
      yield {
        place: placeOf(fact),
        why: 'SESSION_TYPE is set and no Flask-Session reads it.',
        fix: 'Initialise Flask-Session.',
      };
  },
};

const cookieInterface: Rule = {
  id: 'sessions/cookie-interface',
  severity: 'high',
  weakness: 'CWE-565',
  message: "The app's own session interface still writes a signed cookie.",
  *find(app) {
    for (const each of interfaces(app))
      if (each.cookie) yield { place: placeOf(each), why: `${each.name} is derived from the cookie's interface.`, fix };
  },
};

const losesData: Rule = {
  id: 'sessions/null-type',
  severity: 'medium',
  weakness: 'CWE-613',
  message: 'SESSION_TYPE keeps no session.',
  *find(app) {
    const type = effective(app, 'SESSION_TYPE', 'production');
    if (stores(app).length > 0 && type && /^(null|simple)?$/i.test(text(type.value) ?? 'x'))
      yield {
        place: placeOf(type),
        why: `SESSION_TYPE is ${type.written}, which keeps nothing.`,
        fix: 'Use redis in production.',
      };
  },
};

const pickled: Rule = {
  id: 'sessions/pickle',
  severity: 'high',
  weakness: 'CWE-502',
  message: 'Sessions are pickled: who can write to the store runs code in the app.',
  *find(app) {
    const format = effective(app, 'SESSION_SERIALIZATION_FORMAT', 'production');
    if (format && text(format.value) === 'pickle')
      yield { place: placeOf(format), why: 'Who can write to the store runs code in the app.', fix: 'Use msgpack.' };
  },
};

const secrets: Rule = {
  id: 'sessions/secret-data',
  severity: 'medium',
  weakness: 'CWE-522',
  message: 'A password or secret is put into a cookie that the user can read.',
  *find(app) {
    if (onServer(app)) return;
    for (const use of app.session)
      if (
        use.role === 'production' &&
        use.mode === 'write' &&
        /passw|pwd|secret|credit|cvv|otp_?(code|seed)/i.test(use.key ?? '')
      )
        yield {
          place: placeOf(use),
          why: `"${use.key}" can be read by whoever has the cookie.`,
          fix: 'Keep it on the server, or not at all.',
        };
  },
};

const handmade: Rule = {
  id: 'sessions/handmade-cookie',
  severity: 'high',
  weakness: 'CWE-565',
  message: 'A cookie that the app makes by hand says who is signed in.',
  *find(app) {
    for (const place of handmadeCookies(app))
      yield {
        place,
        why: 'Whoever changes this cookie is somebody else.',
        fix: 'Keep who is signed in in the session, on the server.',
      };
  },
};

/** Faults of sessions. */
export const rules: readonly Rule[] = [
  cookieSessions,
  notInitialised,
  cookieInterface,
  handmade,
  losesData,
  pickled,
  secrets,
];
