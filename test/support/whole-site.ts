import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { domain, makeDefaultApp } from './default-app.ts';
import { lockedEnvironment } from './locked.ts';
import { run } from './python.ts';
import { gunicornAnswers, type Host, production, type Running, startGunicorn, startNginx, startRedis } from './site.ts';
import type { Address } from './visitor.ts';

/** The app of the default answers in production, as its users meet it: Redis, Gunicorn, Nginx over TLS. */
export interface WholeSite {
  readonly host: Host;
  readonly address: Address;
  /** `https://` with name and port. */
  readonly origin: string;
  readonly gunicorn: Running;
  /** What the app finds in its environment. */
  readonly environment: NodeJS.ProcessEnv;
  readonly close: () => Promise<void>;
}

/** Somebody who may sign in. */
export const user = { name: 'ann', password: 'correct horse battery' };

/** Starts the whole site with one user; `change` sees the generated app before. */
export async function openWholeSite(
  settings: NodeJS.ProcessEnv = {},
  change?: (app: string) => void,
): Promise<WholeSite> {
  const top = await makeDefaultApp();
  const app = join(top, 'app');
  change?.(app);
  const programs = lockedEnvironment(readFileSync(join(app, 'requirements/dev.txt'), 'utf8'));
  const host: Host = { app, slug: 'acme-portal', programs, folder: join(top, 'host') };
  mkdirSync(host.folder);
  const servers: Running[] = [];
  const close = async (): Promise<void> => {
    for (const server of servers.reverse()) await server.stop();
    rmSync(top, { recursive: true, force: true });
  };
  try {
    const redis = await startRedis(host);
    servers.push(redis.server);
    const front = await startNginx(host, domain);
    servers.push(front.server);
    const environment = production(host, { REDIS_URL: redis.url, TRUSTED_HOSTS: domain, ...settings });
    const gunicorn = startGunicorn(host, 'gunicorn', environment);
    servers.push(gunicorn);
    await gunicornAnswers(host, gunicorn);
    const add = ['--app', 'acme_portal', 'users', 'add', user.name, '--password', user.password];
    run(join(host.programs, 'flask'), add, { env: environment });
    const origin = `https://${domain}:${front.address.https}`;
    return { host, address: front.address, origin, gunicorn, environment, close };
  } catch (error) {
    await close();
    throw error;
  }
}
