import type { AppFacts } from '../../src/flask/facts.ts';
import { signsIn } from '../../src/flask/sign-in.ts';
import type { Evidence } from '../../src/mitigation.ts';
import { lineAt, quote } from '../../src/source/text.ts';
import { formClasses, isProtector, ownChecks, protectors } from './authority.ts';

/** A cookie speaks for the user: a session, a sign-in, a cookie of the app's own, or pages with forms that post. */
export function applies(app: AppFacts): boolean {
  const session = app.session.some(({ role, mode }) => role === 'production' && mode !== 'flash');
  // Flask-Admin brings forms without signing anybody in.
  const login = signsIn(app) || app.extensions.some((each) => /^flask_admin\b/.test(each.made) || isProtector(each));
  const posts = app.templates.some(
    ({ role, forms }) => role === 'production' && forms.some(({ method }) => method === 'post'),
  );
  return session || login || posts || setsCookies(app) || formClasses(app).length > 0;
}

function setsCookies(app: AppFacts): boolean {
  return [...app.modules.values()].some(
    ({ role, calls }) => role === 'production' && calls.some(({ callee }) => callee.endsWith('.set_cookie')),
  );
}

/** What shows that requests are checked. */
export function* evidence(app: AppFacts): Iterable<Evidence> {
  for (const { initialised, made } of protectors(app))
    if (initialised)
      yield { ...initialised, why: `${made.split('.').at(-1)} checks every request that changes something.` };
  for (const { module, fn } of ownChecks(app))
    yield {
      file: module.path,
      line: lineAt(module.source, fn.start),
      text: quote(module.source, fn.start),
      why: `${fn.name}() runs before each request.`,
    };
  if (protectors(app).length > 0) return;
  for (const { file, line, text } of formClasses(app))
    yield { file, line, text, why: 'A form of Flask-WTF checks its own token.' };
}
