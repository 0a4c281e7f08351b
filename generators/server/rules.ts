import type { AppFacts } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { Rule } from '../../src/mitigation.ts';
import { text } from '../../src/python/model.ts';
import { productionRuns, productionStarts, proxies, serverPackages } from './evidence.ts';

const weakness = 'CWE-1188';

const developmentServer: Rule = {
  id: 'server/development-server',
  severity: 'high',
  weakness,
  message: "Production runs Flask's development server.",
  *find(app) {
    const atMost = productionStarts(app).length > 0 ? 'partial' : 'missing';
    for (const start of app.starts)
      if (start.server === 'flask' && start.role === 'production')
        yield {
          place: placeOf(start),
          why: "This starts Flask's development server, which is made neither for load nor for attackers.",
          fix: 'Start Gunicorn, or another WSGI server for production.',
          atMost,
        };
  },
};

const none: Rule = {
  id: 'server/none',
  severity: 'high',
  weakness,
  message: 'No production server is installed or started.',
  atMost: 'missing',
  *find(app) {
    if (productionStarts(app).length + productionRuns(app).length + serverPackages(app).length > 0) return;
    if (app.starts.some(({ server, role }) => server === 'flask' && role === 'production')) return;
    yield {
      why: 'Nothing installs or starts a production server.',
      fix: 'Add Gunicorn, and start it in the deployment.',
    };
  },
};

const notStarted: Rule = {
  id: 'server/not-started',
  severity: 'medium',
  weakness,
  message: 'A production server is installed and nothing starts it.',
  *find(app) {
    const [installed] = serverPackages(app);
    if (!installed || productionStarts(app).length + productionRuns(app).length > 0) return;
    // Apache starts it itself.
    if (installed.name === 'mod-wsgi' && proxies(app).some(({ kind }) => kind === 'apache')) return;
    yield {
      place: placeOf(installed),
      why: `${installed.name} is installed and no file of the repository starts it.`,
      fix: 'Say in the deployment how the app is started.',
    };
  },
};

const noTls: Rule = {
  id: 'server/no-tls',
  severity: 'medium',
  weakness: 'CWE-319',
  message: 'Nothing in front of the app speaks TLS.',
  *find(app) {
    const all = proxies(app);
    if (all.some(({ tls }) => tls)) return;
    const [plain] = all;
    const fix = 'Put a web server with TLS in front of the app.';
    if (plain) yield { place: placeOf(plain), why: `${plain.kind} hands requests on over plain HTTP only.`, fix };
    else yield { why: 'No web server with TLS stands in front of the app.', fix };
  },
};

const noRedirect: Rule = {
  id: 'server/no-redirect',
  severity: 'medium',
  weakness: 'CWE-319',
  message: 'The site answers over plain HTTP too.',
  *find(app) {
    const all = proxies(app);
    if (!all.some(({ tls }) => tls)) return;
    for (const plain of all)
      if (!plain.tls && !plain.redirects)
        yield {
          place: placeOf(plain),
          why: 'Plain HTTP is handed on instead of being sent to HTTPS.',
          fix: 'Answer plain HTTP with a redirect to https.',
        };
  },
};

const oldTls: Rule = {
  id: 'server/old-tls',
  severity: 'high',
  weakness: 'CWE-326',
  message: 'The web server still speaks a version of TLS that is broken.',
  *find(app) {
    const seen = new Set<string>();
    for (const { protocols, role } of app.deploy.proxies)
      for (const each of protocols)
        if (
          role === 'production' &&
          /^(SSLv[23]|TLSv1(\.[01])?)$/i.test(each.value) &&
          !seen.has(`${each.file}:${each.line}`)
        ) {
          seen.add(`${each.file}:${each.line}`);
          yield { place: placeOf(each), why: `${each.value} is allowed.`, fix: 'Allow TLSv1.2 and TLSv1.3 only.' };
        }
  },
};

const oneRequest: Rule = {
  id: 'server/single-threaded',
  severity: 'medium',
  weakness: 'CWE-400',
  message: 'The server answers one request at a time.',
  *find(app) {
    if (productionStarts(app).some(({ server }) => server !== 'tornado')) return;
    const run = productionRuns(app).find(({ server }) => server === 'tornado');
    if (run)
      yield {
        place: placeOf(run),
        why: "Tornado's WSGIContainer blocks while a view runs.",
        fix: 'Serve the app with Gunicorn.',
      };
  },
};

const root: Rule = {
  id: 'server/root',
  severity: 'low',
  weakness: 'CWE-250',
  message: 'The container runs as root.',
  *find(app) {
    const own = app.deploy.stages.filter(
      ({ built, role, base }) =>
        built && role === 'production' && !/(^|\/)nginx|unprivileged|distroless.*nonroot/.test(base),
    );
    for (const stage of own)
      if (stage.user === undefined || /^(root|0)\b/.test(stage.user))
        yield {
          place: placeOf(stage),
          why: 'Whoever breaks out of the app is root in the container.',
          fix: 'Add a user and a line USER.',
        };
  },
};

const bindsAll: Rule = {
  id: 'server/open-development-server',
  severity: 'low',
  weakness: 'CWE-668',
  message: 'The development server listens on every address of the machine.',
  *find(app) {
    for (const run of ofFlask(app)) {
      const host = run.host && app.outcomes(run.host, run).find(({ kind }) => kind === 'constant');
      if (text(run.host) === '0.0.0.0' || (host?.kind === 'constant' && host.value === '0.0.0.0'))
        yield {
          place: placeOf(run),
          why: 'Everyone in the network reaches it.',
          fix: 'Leave host at its default, 127.0.0.1.',
        };
    }
  },
};

function ofFlask(app: AppFacts): AppFacts['runs'] {
  return app.runs.filter(({ server, role }) => server === 'flask' && role === 'production');
}

/** Faults of how the app is served. */
export const rules: readonly Rule[] = [
  developmentServer,
  none,
  notStarted,
  noTls,
  noRedirect,
  oldTls,
  oneRequest,
  root,
  bindsAll,
];
