import { type AppFacts, ancestry, type ExtensionFacts } from '../../src/flask/facts.ts';
import { signsIn } from '../../src/flask/sign-in.ts';
import type { Evidence, Place } from '../../src/mitigation.ts';
import type { PyAssign, PyModule } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';
import { handmadeCookies } from './handmade.ts';

/** The app uses the session, flashed messages or a sign-in. */
export function applies(app: AppFacts): boolean {
  const used = app.session.some(({ role }) => role === 'production');
  return (
    used || stores(app).length > 0 || [...interfaces(app)].length > 0 || handmadeCookies(app).length > 0 || signsIn(app)
  );
}

/** Extensions that keep session data on the server. */
export function stores(app: AppFacts): ExtensionFacts[] {
  return app.extensions.filter(
    ({ made, role }) => role === 'production' && /^flask_(session|kvsession|pyoidc_session)\b/.test(made),
  );
}

interface OwnInterface extends Place {
  readonly cookie: boolean;
  readonly name: string;
}

/** Where the app sets an interface of its own, and whether that still writes a signed cookie. */
export function interfaces(app: AppFacts): OwnInterface[] {
  const own = [...app.modules.values()].filter(({ role }) => role === 'production');
  return own.flatMap((module) => module.assigns.flatMap((assign) => interfaceOf(app, module, assign)));
}

function interfaceOf(app: AppFacts, module: PyModule, { name, value, start, scope }: PyAssign): OwnInterface[] {
  // Of an app, or of the app's own class.
  const isOwn = name.endsWith('.session_interface') || (name === 'session_interface' && isApp(app, module, scope));
  if (!isOwn || value.kind !== 'call') return [];
  const all = ancestry(app, app.resolve(value.call.target));
  const cookie = all.some((each) => /SecureCookieSessionInterface$/.test(each));
  const place = { file: module.path, line: lineAt(module.source, start), text: quote(module.source, start) };
  return [{ ...place, cookie, name: value.call.callee }];
}

function isApp(app: AppFacts, { name }: PyModule, scope: string): boolean {
  return scope !== '' && ancestry(app, `${name}.${scope}`).some((each) => /^flask\.(app\.)?Flask$/.test(each));
}

/** What shows that session data are kept on the server. */
export function* evidence(app: AppFacts): Iterable<Evidence> {
  for (const { initialised } of stores(app))
    if (initialised) yield { ...initialised, why: 'Flask-Session keeps session data on the server.' };
  for (const { cookie, name, file, line, text } of interfaces(app))
    if (!cookie) yield { file, line, text, why: `${name} keeps session data on the server.` };
}
