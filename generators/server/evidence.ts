import type { PackageUse, WebServer } from '../../src/deploy/facts.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { RunFacts } from '../../src/flask/runs.ts';
import type { StartFacts } from '../../src/flask/starts.ts';
import type { Evidence } from '../../src/mitigation.ts';

/** Every app is served by something. */
export function applies(): boolean {
  return true;
}

/** Commands that start a production server. */
export function productionStarts(app: AppFacts): StartFacts[] {
  return app.starts.filter(({ production, role }) => production && role === 'production');
}

/** Calls of the app's own code that start a production server. */
export function productionRuns(app: AppFacts): RunFacts[] {
  return app.runs.filter(({ server, role }) => server !== 'flask' && role === 'production');
}

/** Production servers among what is installed. */
export function serverPackages(app: AppFacts): PackageUse[] {
  const names =
    /^(gunicorn|uwsgi|pyuwsgi|waitress|hypercorn|bjoern|mod-wsgi|meinheld|cheroot|cherrypy|granian|daphne|uvicorn)$/;
  return app.deploy.packages.filter(({ name, group, locked }) => group === 'runtime' && !locked && names.test(name));
}

/** Web servers of production that hand requests to the app. */
export function proxies(app: AppFacts): WebServer[] {
  return app.deploy.proxies.filter(({ passes, role }) => passes && role === 'production');
}

/** What shows a production server, and TLS in front of it. */
export function* evidence(app: AppFacts): Iterable<Evidence> {
  for (const start of productionStarts(app)) yield { ...placeOf(start), why: `Production runs ${start.server}.` };
  for (const run of productionRuns(app)) yield { ...placeOf(run), why: `The app is served by ${run.server}.` };
  const [installed] = serverPackages(app);
  if (installed) yield { ...placeOf(installed), why: `${installed.name} is installed.` };
  for (const proxy of proxies(app))
    if (proxy.tls) yield { ...placeOf(proxy), why: `${proxy.kind} speaks TLS in front of the app.` };
}
