import type { AppFacts, Held } from '../../src/flask/facts.ts';
import type { Outcome } from '../../src/flask/outcome.ts';
import { argument, type PyCall, type Value } from '../../src/python/model.ts';

/** A key that tokens are signed or checked with, with the call. */
export interface TokenKey extends Held {
  readonly call: PyCall;
}

/** Where production code signs or checks tokens. */
export function tokenKeys(app: AppFacts): TokenKey[] {
  return [...app.modules.values()]
    .filter(({ role }) => role === 'production')
    .flatMap(({ path, calls }) =>
      calls.flatMap((call) => {
        const value = signs(call);
        return value ? [{ value, call, file: path, scope: call.scope }] : [];
      }),
    );
}

function signs(call: PyCall): Value | undefined {
  if (/^(jwt|jose\.jwt)\.(encode|decode)$/.test(call.target)) return argument(call, 'key', 1);
  return /^itsdangerous\.\w*Serializer$/.test(call.target) ? argument(call, 'secret_key', 0) : undefined;
}

/** Where keys of tokens come from outside the code. */
export function outsideTokenKeys(app: AppFacts): Outcome[] {
  return tokenKeys(app).flatMap(({ value, ...standing }) =>
    app.outcomes(value, standing).filter(({ kind }) => kind === 'environment' || kind === 'file'),
  );
}
