import { setting } from '../../src/changes.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { type SettingFact, settingsFor } from '../../src/flask/facts.ts';
import { flag } from '../../src/flask/flags.ts';
import { repairSetting } from '../../src/flask/repair.ts';
import { signsIn } from '../../src/flask/sign-in.ts';
import type { ByHand, Change, SpliceChange, Wiring } from '../../src/mitigation.ts';
import { argument, text } from '../../src/python/model.ts';
import { type CookieCall, cookieCalls } from './evidence.ts';

/** What an existing app needs besides: its wrong values repaired, and its own cookies made safe or named. */
const wiring: Wiring = function* ({ app }) {
  yield* settings(app);
  yield* repairs(app);
  yield* embedded(app);
  for (const call of cookieCalls(app)) yield* ownCookie(app, call);
};

export default wiring;

function* settings(app: AppFacts): Iterable<Change> {
  if (hostPrefixFits(app))
    yield setting(
      ['production', 'SESSION_COOKIE_NAME'],
      '"__Host-session"',
      '__Host- makes browsers insist on Secure, Path=/ and no Domain: no sibling host can plant it.',
    );
  if (!signsIn(app)) return;
  yield setting(['production', 'REMEMBER_COOKIE_SECURE'], 'True', 'it signs in just as the session does');
  yield setting(['base', 'REMEMBER_COOKIE_HTTPONLY'], 'True', '');
  yield setting(['base', 'REMEMBER_COOKIE_SAMESITE'], '"Lax"', '');
}

/** The prefix forbids a domain and any path but `/`; and nobody may look for the cookie under its old name. */
function hostPrefixFits(app: AppFacts): boolean {
  const set = [
    'SESSION_COOKIE_NAME',
    'SESSION_COOKIE_DOMAIN',
    'SESSION_COOKIE_PATH',
    'APPLICATION_ROOT',
    'SERVER_NAME',
  ];
  if (set.some((key) => settingsFor(app, key).length > 0)) return false;
  const named =
    /cookies(?:\.get\(|\[)\s*["']session["']|["']session=|session_cookie_name|SESSION_COOKIE_NAME|SESSION_COOKIE_PATH/;
  return ![...app.modules.values()].some(({ role, source }) => role === 'production' && named.test(source.text));
}

const off = ({ value }: SettingFact): boolean => value.kind === 'literal' && !value.value;
/** A value that is on where the app serves is no fault in the tiers before. */
const counts = (app: AppFacts, key: string): boolean => flag(app, key).is !== 'on';

function* repairs(app: AppFacts): Iterable<SpliceChange | ByHand> {
  for (const key of ['SESSION_COOKIE_HTTPONLY', 'REMEMBER_COOKIE_HTTPONLY'])
    yield* repairSetting(app, { key, wrong: off, value: 'True', why: 'No script may read this cookie.' });
  for (const key of ['SESSION_COOKIE_SECURE', 'REMEMBER_COOKIE_SECURE'].filter((each) => counts(app, each))) {
    const why = 'Browsers must send this cookie over TLS only where the app serves.';
    yield* repairSetting(app, { key, wrong: (fact) => off(fact) && fact.tier === 'production', value: 'True', why });
    const value = '@@0@@.environ.get("APP_ENV", "production") == "production"';
    const wrong = (fact: SettingFact): boolean => off(fact) && fact.tier === 'base';
    yield* repairSetting(app, { key, wrong, value, imports: [{ module: 'os' }], why });
  }
  const why = 'Other sites must not send the session cookie along.';
  yield* repairSetting(app, { key: 'SESSION_COOKIE_SAMESITE', wrong: off, value: '"Lax"', why });
}

/** SameSite=None is how an app is shown inside other sites, so it is kept. */
function* embedded(app: AppFacts): Iterable<ByHand> {
  for (const { key, value, file, line, text: quoted } of settingsFor(app, 'SESSION_COOKIE_SAMESITE'))
    if (text(value)?.toLowerCase() === 'none')
      yield {
        kind: 'by-hand',
        place: { file, line, text: quoted },
        what: 'SameSite=None is kept: is the app shown inside other sites? If not, other sites must not send its cookie along.',
        snippet: `${key} = "Lax"`,
      };
}

/** A cookie that scripts read stays readable, and says so; an app with a response class of its own says all of it. */
function ownCookie(app: AppFacts, { call, file }: CookieCall): SpliceChange[] {
  const last = call.args.at(-1);
  if (!last || call.args.some(({ star }) => star)) return [];
  const read = readByScripts(app, text(argument(call, 'key', 0)));
  const whole: readonly Attribute[] = [
    ['secure', 6, '@@0@@.config["SESSION_COOKIE_SECURE"]'],
    ['httponly', 7, read ? 'False' : 'True'],
    ['samesite', 8, '"Lax"'],
  ];
  const wanted = hasOwnResponses(app) ? whole : read ? whole.slice(1, 2) : [];
  const missing = wanted.filter(([name, at]) => !argument(call, name, at));
  if (missing.length === 0) return [];
  const insert = missing.map(([name, , value]) => `, ${name}=${value}`).join('');
  const imports = insert.includes('@@0@@') ? { imports: [{ module: 'flask', name: 'current_app' }] } : {};
  const why = read ? 'A script of the pages reads this cookie.' : 'The response class of the app gives it no flags.';
  return [{ kind: 'splice', file, start: last.end, expected: '', insert, ...imports, why }];
}

type Attribute = readonly [name: string, position: number, value: string];

function hasOwnResponses({ modules }: AppFacts): boolean {
  return [...modules.values()].some(
    ({ role, assigns }) => role === 'production' && assigns.some(({ name }) => /(^|\.)response_class$/.test(name)),
  );
}

/** True where a script that speaks of cookies also speaks of this one. */
function readByScripts({ templates, files, source }: AppFacts, name: string | undefined): boolean {
  if (name === undefined) return false;
  const reads = (code: string): boolean =>
    /document\.cookie|\bCookies\.get|\$\.cookie|getCookie/.test(code) && code.includes(name);
  return (
    templates.some((each) => reads(each.source.text)) ||
    files.some((path) => /\.m?js$/.test(path) && reads(source(path)?.text ?? ''))
  );
}
