import { countingFacts } from '../../src/flask/effective.ts';
import { type AppFacts, settingsFor } from '../../src/flask/facts.ts';
import { flag, placeOf } from '../../src/flask/flags.ts';
import { signsIn } from '../../src/flask/sign-in.ts';
import { offByDefault } from '../../src/flask/switched.ts';
import { talisman, talismanOption } from '../../src/flask/talisman.ts';
import type { Evidence, Place } from '../../src/mitigation.ts';
import { argument, type PyCall, type PyModule, text } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';

/** The app sets a cookie: its session, a sign-in or one of its own. */
export function applies(app: AppFacts): boolean {
  const session = app.session.some(({ role }) => role === 'production');
  const keeps = app.extensions.some(
    ({ made, role }) => role === 'production' && /^flask_(wtf|seasurf|session)\b/.test(made),
  );
  return session || signsIn(app) || keeps || keepsTokens(app) || cookieCalls(app).length > 0;
}

/** Flask-JWT-Extended keeps tokens in cookies only where it is told so. */
function keepsTokens(app: AppFacts): boolean {
  return settingsFor(app, 'JWT_TOKEN_LOCATION').some(({ written }) => /cookies/.test(written));
}

/** A call of `set_cookie` in production code. */
export interface CookieCall extends Place {
  readonly call: PyCall;
  readonly module: PyModule;
}

/** Every call that sets a cookie; those that delete one by an empty value are left out. */
export function cookieCalls(app: AppFacts): CookieCall[] {
  return [...app.modules.values()]
    .filter(({ role }) => role === 'production')
    .flatMap((module) =>
      module.calls
        .filter((call) => call.callee.endsWith('.set_cookie') && !deletes(call))
        .map((call) => ({
          call,
          module,
          file: module.path,
          line: lineAt(module.source, call.start),
          text: quote(module.source, call.start),
        })),
    );
}

function deletes(call: PyCall): boolean {
  const value = argument(call, 'value', 1);
  const gone = [argument(call, 'expires'), argument(call, 'max_age')].some(
    (each) => each?.kind === 'literal' && each.value === 0,
  );
  return gone || (text(value) === '' && (argument(call, 'expires') ?? argument(call, 'max_age')) !== undefined);
}

function leaves(app: AppFacts, name: string): boolean {
  const value = talismanOption(app, name)?.value;
  return talisman(app) !== undefined && !(value?.kind === 'literal' && !value.value);
}

/** The attributes of the session cookie with Talisman's option for each. */
const attributes = {
  SECURE: 'session_cookie_secure',
  SAMESITE: 'session_cookie_samesite',
  HTTPONLY: 'session_cookie_http_only',
} as const;
type Attribute = keyof typeof attributes;

/** Where an attribute of the session cookie is switched on in production. */
export function protection(app: AppFacts, key: Attribute): Evidence | undefined {
  const { is, preset, place } = flag(app, `SESSION_COOKIE_${key}`);
  const set = is === 'on' || (is === 'varies' && preset) || (key === 'SAMESITE' && is === 'unknown');
  if (set && place && !offByDefault(app, place))
    return { ...place, why: `SESSION_COOKIE_${key} is set in production.` };
  const by = talisman(app)?.initialised;
  return is === 'unset' && by && leaves(app, attributes[key])
    ? { ...by, why: `Talisman sets SESSION_COOKIE_${key}.` }
    : undefined;
}

/** What shows that cookies are protected: Flask's own HttpOnly default is no merit of the app. */
export function evidence(app: AppFacts): Iterable<Evidence> {
  return (Object.keys(attributes) as Attribute[]).flatMap((key) => protection(app, key) ?? []);
}

/** The fact that says what a key is in production. */
export function factFor(app: AppFacts, key: string): Place | undefined {
  const found = countingFacts(app, key).at(-1);
  return found && placeOf(found);
}
