import type { AppFacts } from '../../src/flask/facts.ts';
import { headsOf, type PagePlace } from '../../src/jinja/pages.ts';
import { sendsChanges } from '../../src/jinja/requests.ts';
import type { SpliceChange } from '../../src/mitigation.ts';

const meta = '<meta name="csrf-token" content="{{ csrf_token() }}">';
const script = `<script src="{{ url_for('csrf.static', filename='csrf.js') }}"></script>`;

/** True where a page has the script, or a script of the app changes something and sends no token. */
export function needsScript(app: AppFacts): boolean {
  return isLoaded(app) || scriptSplices(app).length > 0;
}

/** The script that adds the token to requests, in each page from which a script changes something. */
export function scriptSplices(app: AppFacts): SpliceChange[] {
  const pages = app.templates.filter(({ role }) => role === 'production');
  if (isLoaded(app) || pages.some(({ source }) => /X-CSRF-?Token/i.test(source.text))) return [];
  if (app.scripts.some(({ token, path, role }) => token && role === 'production' && !isOwn(path))) return [];
  return headsOf(pages, sending(app)).map((place) => splice(app, place));
}

function isLoaded({ templates }: AppFacts): boolean {
  return templates.some(({ source, role }) => role === 'production' && /['"]csrf\.static['"]/.test(source.text));
}

/** The script of an earlier run. */
function isOwn(path: string): boolean {
  return path.endsWith('/assets/csrf.js');
}

/** The templates whose scripts change something: in the page, or in a file that it loads. */
function sending({ templates, scripts }: AppFacts): AppFacts['templates'] {
  const names = scripts.filter(({ role }) => role === 'production').map(({ path }) => path.split('/').at(-1) ?? path);
  return templates.filter(
    ({ role, source, scripts: own }) =>
      role === 'production' &&
      (sendsChanges(source.text) || own.some(({ src }) => names.some((name) => src?.includes(name)))),
  );
}

function splice({ templates }: AppFacts, { path, offset, before, after }: PagePlace): SpliceChange {
  const own = templates.find((each) => each.path === path)?.source.text ?? '';
  const lines = /name=["']csrf-token["']|csrf_meta_tag/.test(own) ? [script] : [meta, script];
  return {
    kind: 'splice',
    file: path,
    start: offset,
    expected: '',
    insert: lines.map((line) => before + line + after).join(''),
    why: 'Requests of scripts must carry the CSRF token, or they are refused.',
  };
}
