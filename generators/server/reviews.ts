import type { AppFacts } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { WsgiTarget } from '../../src/flask/wsgi.ts';
import type { ByHand, PlanContext } from '../../src/mitigation.ts';
import { proxies } from './evidence.ts';
import { rules } from './rules.ts';

/** What stays with a person: names of the site, and files of the deployment that the app has already. */
export function* reviews(context: PlanContext, app: AppFacts, target: WsgiTarget | undefined): Iterable<ByHand> {
  if (!target)
    yield { kind: 'by-hand', what: 'Name the app for Gunicorn: no module holds it, and its factory takes arguments.' };
  if (!app.settings.some(({ key, tier }) => /^(TRUSTED_HOSTS|SERVER_NAME)$/.test(key) && tier !== 'testing'))
    yield {
      kind: 'by-hand',
      what: 'Set TRUSTED_HOSTS in production to the names that this site answers to; until then any name is taken, with a warning.',
      snippet: 'TRUSTED_HOSTS=www.example.com',
    };
  yield* gunicorn(context, app);
  if (context.answers['proxy'] === 'nginx') yield* webServer(app);
}

/** Settings of a Gunicorn that would matter most. */
const strict: readonly (readonly [name: string, line: string])[] = [
  ['timeout', 'timeout = 30'],
  ['max_requests', 'max_requests = 10_000'],
  ['header_map', 'header_map = "refuse"'],
  ['forwarder_headers', 'forwarder_headers = ""'],
  ['limit_request_fields', 'limit_request_fields = 50'],
];

/** The app's own configuration of Gunicorn is shown what it lacks. */
function* gunicorn({ written }: PlanContext, app: AppFacts): Iterable<ByHand> {
  const own = app.files.filter((path) => /(^|\/)gunicorn[^/]*\.(py|conf)$/.test(path) && !written?.has(path));
  for (const file of own) {
    const text = app.source(file)?.text ?? '';
    const lines = strict.filter(([name]) => !new RegExp(`^\\s*${name}\\b`, 'm').test(text)).map(([, line]) => line);
    if (lines.length > 0)
      yield {
        kind: 'by-hand',
        place: { file, line: 1, text: text.split('\n')[0]?.trim() ?? '' },
        what: 'This configuration of Gunicorn is left as it is; these settings are not in it.',
        snippet: lines.join('\n'),
      };
  }
}

const ofProxies = new Set(['server/no-tls', 'server/no-redirect', 'server/old-tls']);

/** What the rules find in the app's own web server. */
function* webServer(app: AppFacts): Iterable<ByHand> {
  if (proxies(app).length === 0) return;
  for (const rule of rules.filter(({ id }) => ofProxies.has(id)))
    for (const { place, why, fix } of rule.find(app))
      yield { kind: 'by-hand', ...(place && { place: placeOf(place) }), what: `${why} ${fix}` };
}
