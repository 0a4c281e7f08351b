import type { AppFacts } from '../../src/flask/facts.ts';
import { type PyModule, text } from '../../src/python/model.ts';

/** Says who it is. */
const identity =
  /^_?(uid|usr|login|email|name|(user|account|member|customer|client|person|employee|student|teacher|admin|staff|profile|current_user)s?_?(id|pk|uuid|name|email|key|info|data)?)$/i;
/** Says what is allowed. */
const right =
  /(^|_)(logged(_?in)?|loggedin|admin|is_?admin|roles?|auth|authed|authenticated|authorized|identity|permissions?|superuser|verified|token|oauth\w*)(_|$)/i;
/** A function that signs somebody in. */
const signIn = /(^|[._])(log_?in|sign_?in|auth\w*|callback|verify\w*|otp|mfa|totp|two_?factor\w*)(_|$)/i;
/** What a sign-in keeps beside the person. */
const aside =
  /(^|_)(next|state|nonce|lang|locale|captcha|attempts?|tries|error|step|csrf\w*|flashes|permanent|url)(_|$)/i;

/** Flask-Login's key and the usual one, then what the app itself keeps of who is signed in, the surest first. */
export function ownerKeys(app: AppFacts): string[] {
  const written = [...app.modules.values()]
    .filter(({ role }) => role === 'production')
    .flatMap((module) => writes(app, module));
  const rank = ({ key, scope }: Write): number =>
    identity.test(key) ? 0 : right.test(key) ? 1 : signIn.test(scope) ? 2 : 3;
  const own = written.filter((each) => !aside.test(each.key) && rank(each) < 3).sort((a, b) => rank(a) - rank(b));
  return [...new Set(['_user_id', 'user_id', ...own.map(({ key }) => key)])];
}

interface Write {
  readonly key: string;
  /** Qualified name of the function. */
  readonly scope: string;
}

/** `session[key] = ...`, `session.update(key=...)` and `session.setdefault(key, ...)`. */
function writes(app: AppFacts, { assigns, calls }: PyModule): Write[] {
  const isSession = (target: string): boolean => /^flask\.(globals\.)?session$/.test(app.resolve(target));
  const items = assigns.flatMap(({ target, key, scope }) => {
    const name = text(key);
    return name !== undefined && isSession(target) ? [{ key: name, scope }] : [];
  });
  const given = calls
    .filter(({ target }) => /\.(update|setdefault)$/.test(target) && isSession(target.replace(/\.\w+$/, '')))
    .flatMap(({ args, scope }) =>
      args.flatMap(({ name, value }) => {
        const names = value.kind === 'dict' ? value.entries.map(({ key }) => text(key)) : [name ?? text(value)];
        return names.flatMap((key) => (key === undefined ? [] : [{ key, scope }]));
      }),
    );
  return [...items, ...given];
}
