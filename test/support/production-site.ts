import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { domain, makeDefaultApp } from './default-app.ts';
import { lockedEnvironment } from './locked.ts';
import { gunicornAnswers, type Host, production, type Running, startGunicorn, startNginx, startRedis } from './site.ts';
import type { Address } from './visitor.ts';

/** The app of the default answers as production runs it, with its Redis and its Nginx over TLS. */
export interface ProductionSite {
  readonly host: Host;
  readonly address: Address;
  readonly redis: Running;
  readonly gunicorn: Running;
  /** What Gunicorn was started with. */
  readonly environment: NodeJS.ProcessEnv;
  readonly close: () => Promise<void>;
}

/** Starts all three; `change` sees the generated app before. */
export async function openProduction(
  change: (app: string) => void,
  given: NodeJS.ProcessEnv = {},
): Promise<ProductionSite> {
  const top = await makeDefaultApp();
  const [app, folder] = [join(top, 'app'), join(top, 'host')];
  change(app);
  const programs = lockedEnvironment(readFileSync(join(app, 'requirements/dev.txt'), 'utf8'));
  const host: Host = { app, slug: 'acme-portal', programs, folder };
  mkdirSync(folder);
  const servers: Running[] = [];
  const close = async (): Promise<void> => {
    for (const server of servers.reverse()) await server.stop();
    rmSync(top, { recursive: true, force: true });
  };
  try {
    const { url, server: redis } = await startRedis(host);
    servers.push(redis);
    const environment = production(host, { REDIS_URL: url, TRUSTED_HOSTS: domain, ...given });
    const gunicorn = startGunicorn(host, 'gunicorn', environment);
    servers.push(gunicorn);
    await gunicornAnswers(host, gunicorn);
    const { address, server: nginx } = await startNginx(host, domain);
    servers.push(nginx);
    return { host, address, redis, gunicorn, environment, close };
  } catch (error) {
    await close();
    throw error;
  }
}
