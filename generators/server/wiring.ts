import { entry, productionPackage, register, setting, startupCheck } from '../../src/changes.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { type WsgiTarget, wsgiTarget } from '../../src/flask/wsgi.ts';
import type { Change, LogicalPlace, PlanContext, Wiring } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';
import { productionRuns, productionStarts, proxies, serverPackages } from './evidence.ts';
import { reviews } from './reviews.ts';
import { repairedStarts } from './starts.ts';

/** What an app that Dewar did not write gets: what its deployment lacks, and nothing beside what it has. */
const wiring: Wiring = function* (context) {
  const { app } = context;
  const target = wsgiTarget(app);
  const lacks = lacking(context, app, target);
  for (const file of overlay('server', context)) if (wanted(file.place, lacks)) yield file;
  if (lacks.nginx) yield* nginx;
  if (lacks.package) yield productionPackage('gunicorn', '>=23,<28');
  if (target) yield* gunicorn(app, target);
  yield* steps(lacks);
  yield* trust(context);
  yield* repairedStarts(app, target);
  yield* reviews(context, app, target);
};

export default wiring;

/** Parts of a deployment that the app does not have. */
interface Lacks {
  readonly gunicorn: boolean;
  readonly package: boolean;
  readonly unit: boolean;
  readonly nginx: boolean;
}

function lacking({ answers, written }: PlanContext, app: AppFacts, target: WsgiTarget | undefined): Lacks {
  const started = productionStarts(app);
  const other = started.some(({ server }) => server !== 'gunicorn') || productionRuns(app).length > 0;
  const own = app.files.some((path) => /(^|\/)gunicorn[^/]*\.(py|conf)$/.test(path) && !written?.has(path));
  const repaired = app.starts.some(({ server, role }) => server === 'flask' && role === 'production');
  const gunicorn = target !== undefined && !other && !own;
  return {
    gunicorn,
    package: !other && serverPackages(app).length === 0,
    unit: gunicorn && started.length === 0 && !repaired,
    nginx: answers['proxy'] === 'nginx' && proxies(app).length === 0,
  };
}

function wanted(place: LogicalPlace, { gunicorn, unit, nginx }: Lacks): boolean {
  if (place === 'root/deploy/gunicorn.conf.py') return gunicorn;
  if (place === 'root/deploy/gunicorn.service') return unit;
  if (place.startsWith('root/deploy/nginx/')) return nginx;
  return place !== 'root/deploy/README.md' || gunicorn || nginx;
}

/** Files that are the same as in a new app. */
const nginx: readonly Change[] = ['nginx.conf', 'snippets/proxy.conf', 'snippets/tls.conf'].map((path) => ({
  kind: 'file',
  place: `root/deploy/nginx/${path}`,
  template: `server/root/deploy/nginx/${path}`,
}));

/** Where the app is, and how many workers it can have. */
function* gunicorn(app: AppFacts, { target, folder }: WsgiTarget): Iterable<Change> {
  const isSource = /(^|\/)src$/.test(folder);
  const below = folder === '' ? 'ROOT' : `ROOT / ${JSON.stringify(folder)}`;
  const lines = [
    `chdir = str(${isSource ? 'ROOT' : below})`,
    ...(isSource ? [`pythonpath = str(${below})`] : []),
    `wsgi_app = ${JSON.stringify(target)}`,
  ];
  yield entry('gunicorn.app', lines.join('\n'));
  yield entry('gunicorn.workers', usesSockets(app) ? oneWorker : manyWorkers);
  yield entry('nginx.body', bodySize(app));
}

const manyWorkers = `# Threads wait for the database; processes use the cores. WEB_CONCURRENCY sets processes.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("GUNICORN_THREADS", "4"))`;

const oneWorker = `# Socket.IO keeps its clients in one process; more need sticky sessions and a message queue.
# https://flask-socketio.readthedocs.io/en/latest/deployment.html
worker_class = "gthread"
workers = 1
threads = int(os.environ.get("GUNICORN_THREADS", "100"))`;

function usesSockets(app: AppFacts): boolean {
  return [...app.modules.values()].some(({ imports }) =>
    imports.some(({ target }) => /^flask_socketio\b/.test(target)),
  );
}

/** As the app's own limit where it has one. */
function bodySize({ settings }: AppFacts): string {
  const own = settings.findLast(({ key, role }) => key === 'MAX_CONTENT_LENGTH' && role === 'production');
  const bytes = own?.value.kind === 'literal' ? Number(own.value.value) : Number.NaN;
  return bytes > 0
    ? `client_max_body_size ${Math.ceil(bytes / 1024)}k;  # as MAX_CONTENT_LENGTH`
    : 'client_max_body_size 16m;  # the largest upload that the app takes';
}

function* steps({ unit, nginx: front }: Lacks): Iterable<Change> {
  if (unit)
    yield entry(
      'deploy.steps',
      `3. The service: copy \`gunicorn.service\` to \`/etc/systemd/system/\` under the name of the app, then \`sudo systemctl enable --now\`
   that name.`,
      10,
    );
  if (front)
    yield entry(
      'deploy.steps',
      `4. Nginx: a certificate (\`sudo certbot certonly --standalone\`), the name of your site in \`nginx/snippets/site.conf\`, then
   \`sudo cp -r nginx/. /etc/nginx/\`, \`sudo nginx -t\` and \`sudo systemctl restart nginx\`; its user joins the group of the service.`,
      20,
    );
}

/** Whose word counts about the client, and which names the site answers to. */
function* trust(context: PlanContext): Iterable<Change> {
  yield register('proxy', 20, 'next: what the others learn about the client comes from here');
  yield* startupCheck(context, 'proxy', 40);
  yield setting(
    ['base', 'TRUSTED_HOSTS'],
    { variable: 'TRUSTED_HOSTS', type: 'items' },
    'Names this site answers to, .example.com with subdomains; any while it is unset.',
  );
  yield setting(
    ['base', 'PROXY_HOPS'],
    { variable: 'PROXY_HOPS', type: 'number', arguments: '1' },
    'Proxies in front that add to X-Forwarded-For; 0 for none.',
  );
  yield setting(
    ['base', 'PROXY_ADDRESSES'],
    { variable: 'FORWARDED_ALLOW_IPS', type: 'items', arguments: '("127.0.0.1", "::1")' },
    'Who these proxies are: nobody else is believed. Gunicorn reads the same variable.',
  );
  yield {
    kind: 'environment',
    name: 'TRUSTED_HOSTS',
    // What a script starts the app with: the real names are a step by hand.
    example: '127.0.0.1,localhost',
    secret: false,
    why: 'Names this site answers to, separated by commas; any name while it is unset.',
  };
}
