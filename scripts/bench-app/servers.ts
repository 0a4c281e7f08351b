import { get } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { domain } from '../../test/support/default-app.ts';
import { freePort, type Server, serve } from '../../test/support/server.ts';
import { type Host, production } from '../../test/support/site.ts';
import { family, type Target } from './load.ts';
import { type Variant, variants } from './variants.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
/** What Nginx would send with each request. */
const proxied = {
  Host: domain,
  'X-Forwarded-For': '192.0.2.7',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Port': '443',
  'X-Request-ID': '0123456789abcdef0123456789abcdef',
};

/** All apps of the bench, each behind a Gunicorn of its own with one worker. */
export async function startAll(
  host: Host,
  redis: string,
): Promise<{ targets: Map<string, Target>; stop: () => Promise<void> }> {
  const servers = new Map<Variant['app'], Server>();
  const stop = async (): Promise<void> => {
    for (const server of servers.values()) await server.stop();
  };
  try {
    for (const app of new Set(variants.map((each) => each.app))) servers.set(app, await start(host, app, redis));
    const targets = new Map<string, Target>();
    for (const variant of variants) {
      const server = servers.get(variant.app);
      if (server) targets.set(variant.title, await target(variant, server));
    }
    return { targets, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(host: Host, app: Variant['app'], redis: string): Promise<Server> {
  const port = await freePort();
  const settings = ['--config', join(here, 'gunicorn.conf.py'), '--bind', `127.0.0.1:${port}`];
  const command = ['taskset', '-c', '0', join(host.programs, 'gunicorn'), ...settings, `apps:${app}()`];
  const env = production(host, { REDIS_URL: redis, TRUSTED_HOSTS: domain });
  return serve(command, port, {
    cwd: host.folder,
    env: {
      ...env,
      PYTHONPATH: `${env['PYTHONPATH']}:${here}`,
      SHIPPED_SETTINGS: join(host.app, 'deploy/gunicorn.conf.py'),
    },
  });
}

async function target({ path, cookie }: Variant, server: Server): Promise<Target> {
  const headers = { ...proxied, ...(cookie && { Cookie: await beginSession(server) }) };
  return {
    url: server.url + path,
    headers: Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    processes: family(server.pid),
  };
}

/** Has the app begin a session and gives its cookie. */
async function beginSession(server: Server): Promise<string> {
  // Not by fetch(), which sends a Host of its own.
  const lines = await new Promise<string[]>((resolve, reject) => {
    const asking = get(`${server.url}/bench/begin`, { headers: proxied }, (answer) => {
      answer.resume();
      resolve(answer.headers['set-cookie'] ?? []);
    });
    asking.on('error', reject);
  });
  const [cookie] = lines.map((line) => line.replace(/;.*/, ''));
  if (cookie === undefined) throw new Error(`/bench/begin sent no cookie:\n${server.log()}`);
  return cookie;
}
