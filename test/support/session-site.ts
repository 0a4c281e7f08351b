import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Answers } from '../../src/mitigation.ts';
import { domain, makeDefaultApp } from './default-app.ts';
import { root } from './imports.ts';
import { lockedEnvironment } from './locked.ts';
import { gunicornAnswers, type Host, production, program, type Running, start, startNginx } from './site.ts';
import type { Address } from './visitor.ts';

/** The generated app with views of `session_views.py`, and hosts that serve it. */
export interface SessionApp {
  readonly top: string;
  /** Another host for it: a folder of its own. */
  readonly host: (name: string) => Host;
  /** Stops every server of it and removes it. */
  readonly close: () => Promise<void>;
  /** Remembers a server for `close`. */
  readonly own: (server: Running) => Running;
}

/** Writes the app and installs what its lock names. */
export async function makeSessionApp(answers: Answers = {}): Promise<SessionApp> {
  const top = await makeDefaultApp(answers);
  const app = join(top, 'app');
  copyFileSync(join(root, 'test/support/session_views.py'), join(top, 'session_views.py'));
  const programs = lockedEnvironment(readFileSync(join(app, 'requirements/dev.txt'), 'utf8'));
  const servers: Running[] = [];
  const own = (server: Running): Running => {
    servers.push(server);
    return server;
  };
  const host = (name: string): Host => {
    const folder = join(top, name);
    mkdirSync(folder);
    return { app, slug: 'acme-portal', programs, folder };
  };
  const close = async (): Promise<void> => {
    for (const server of servers.reverse()) await server.stop();
    rmSync(top, { recursive: true, force: true });
  };
  return { top, host, own, close };
}

/** Starts an Nginx of this host. */
export async function front({ own }: SessionApp, host: Host): Promise<Address> {
  const { address, server } = await startNginx(host, domain);
  own(server);
  return address;
}

/** Starts Gunicorn with the shipped configuration and waits until it answers. */
export async function serveApp(app: SessionApp, host: Host, environment: NodeJS.ProcessEnv): Promise<Running> {
  mkdirSync(join(host.folder, 'run/acme-portal'), { recursive: true });
  const configuration = join(host.app, 'deploy/gunicorn.conf.py');
  const command = [program(host, 'gunicorn'), '--config', configuration, 'session_views:app'];
  const env = production(host, { TRUSTED_HOSTS: domain, ...environment });
  env['PYTHONPATH'] = `${env['PYTHONPATH']}:${app.top}`;
  const server = app.own(start(host, { name: 'gunicorn', command, env }));
  await gunicornAnswers(host, server);
  return server;
}

/** What readiness says: it is not for visitors, so Gunicorn is asked. */
export async function readiness(host: Host): Promise<{ status: string; checks: Record<string, string> }> {
  const socketPath = join(host.folder, 'run/acme-portal/gunicorn.sock');
  const headers = { Host: domain, 'X-Forwarded-Proto': 'https' };
  return new Promise((resolve, reject) => {
    const sending = request({ socketPath, path: '/readyz', headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    sending.on('error', reject).end();
  });
}
