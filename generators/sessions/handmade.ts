import type { AppFacts } from '../../src/flask/facts.ts';
import type { Place } from '../../src/mitigation.ts';
import { argument, type PyCall, type PyModule, text, type Value } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';

/** What a sign-in is known by, and sessions of the app's own. */
const identity = /^(user(name|_?id)?|uid|login|logged_?in|is_?admin|admin|role|account|e?mail|\w*session)$/i;
/** Values that say nothing by themselves. */
const opaque = /(^|[._])(uuid[14]?|token_\w+|urandom|sign|dumps|encrypt|encode|hexdigest|sid|session_id|session\.id)$/;

/** Where the app says by a cookie of its own who is signed in. */
export function handmadeCookies(app: AppFacts): Place[] {
  return [...app.modules.values()]
    .filter(({ role }) => role === 'production')
    .flatMap((module) =>
      module.calls
        .filter((call) => call.callee.endsWith('.set_cookie') && saysWho(app, module, call))
        .map(({ start }) => ({
          file: module.path,
          line: lineAt(module.source, start),
          text: quote(module.source, start),
        })),
    );
}

/** The value of such a cookie is neither empty nor opaque, and no interface of sessions writes it. */
function saysWho(app: AppFacts, module: PyModule, call: PyCall): boolean {
  const value = argument(call, 'value', 1);
  if (!identity.test(text(argument(call, 'key', 0)) ?? '') || !value || value.kind === 'literal') return false;
  if (/(^|\.)save_session$/.test(call.scope)) return false;
  const held = app.held(value, { file: module.path, scope: call.scope });
  return [value, ...held.map((each) => each.value)].every((each) => !isOpaque(app, each));
}

function isOpaque(app: AppFacts, value: Value): boolean {
  if (value.kind === 'name') return opaque.test(value.name) || (value.on !== undefined && isOpaque(app, value.on));
  if (value.kind !== 'call') return false;
  return (
    opaque.test(app.resolve(value.call.target)) ||
    value.call.args.some((each) => isOpaque(app, each.value)) ||
    (value.call.on !== undefined && isOpaque(app, value.call.on))
  );
}
