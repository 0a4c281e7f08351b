import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandOf, composeOf, healthcheckOf, type Machine, serviceBox } from '../support/compose.ts';
import { domain, makeApp } from '../support/deployed.ts';
import { buildImages, type Image } from '../support/image.ts';
import { run } from '../support/python.ts';
import { type Box, boxed, network, own, tool } from '../support/sandbox.ts';
import { certificates, type Host, type Running, start } from '../support/site.ts';

// The containers are what compose.yaml and the Dockerfile say, and nothing else: see test/support/compose.ts and image.ts.

let top: string;
let app: string;
let file: ReturnType<typeof composeOf>;
let images: ReadonlyMap<string, Image>;
let machine: Machine;
let net: { pid: number; stop: () => void };
const boxes = new Map<string, Box>();
const servers = new Map<string, Running>();

beforeAll(async () => {
  top = mkdtempSync(join(tmpdir(), 'dewar-compose-'));
  app = makeApp(join(top, 'app'), { deploy: ['docker'] });
  file = composeOf(app);
  images = new Map([...buildImages(app, top), ['redis', redisImage()]]);
  net = await network();
  machine = { app, top, network: net.pid };
  secrets();
  for (const name of ['redis', 'app', 'web'])
    boxes.set(name, serviceBox(file, name, { ...machine, image: imageOf(name) }));
  boxes.set('web', debianNginx(boxes.get('web') as Box));
}, 600_000);
afterAll(async () => {
  for (const server of [...servers.values()].reverse()) await server.stop();
  net?.stop();
  rmSync(top, { recursive: true, force: true });
});

/** Debian's Redis and Nginx stand in for those of their images. */
function redisImage(): Image {
  const files = join(top, 'image-redis');
  for (const each of own) mkdirSync(join(files, each), { recursive: true });
  mkdirSync(join(files, 'data'));
  chownSync(join(files, 'data'), 999, 1000);
  return {
    files,
    env: { PATH: '/usr/bin:/bin' },
    folder: '/data',
    user: { uid: 0, gid: 0 },
    command: [],
    healthcheck: [],
  };
}

/** Where Debian's Nginx has its temporary files, that of the image has /var/cache/nginx. */
function debianNginx(box: Box): Box {
  const cache = box.mounts.filter(({ path }) => path === '/var/cache/nginx');
  return { ...box, mounts: [...box.mounts, ...cache.map((each) => ({ ...each, path: '/var/lib/nginx' }))] };
}

function imageOf(name: string): Image {
  const image = images.get(name) as Image;
  return name === 'web' ? { ...image, command: ['nginx', '-g', 'daemon off;'] } : image;
}

/** As docs/deployment.md says: files of user 10001, readable by its group. */
function secrets(): void {
  mkdirSync(join(app, 'secrets'));
  const { files, env, folder, user } = imageOf('app');
  const make = boxed({ files, env, folder, user, mounts: [] }, ['flask', '--app', 'acme_portal', 'secret-key', 'new']);
  writeFileSync(join(app, 'secrets/secret_key'), run(make[0] ?? '', make.slice(1)));
  certificates(join(top, 'tls'), domain);
  mkdirSync(join(app, 'secrets/tls'));
  for (const name of ['fullchain.pem', 'privkey.pem']) cpSync(join(top, 'tls', name), join(app, 'secrets/tls', name));
  run('chown', ['-R', '10001:10001', join(app, 'secrets')]);
  run('chmod', ['-R', 'ug=rX,o=', join(app, 'secrets')]);
}

/** Starts a service and waits until its own health check is content. */
async function up(name: string): Promise<Running> {
  const box = boxes.get(name) as Box;
  const host: Host = { app, slug: 'acme-portal', programs: '', folder: top };
  // Runtimes give the output to the user, too: Nginx opens /dev/stderr anew.
  writeFileSync(join(top, `${name}.log`), '');
  chownSync(join(top, `${name}.log`), box.user.uid, box.user.gid);
  const server = start(host, { name, command: boxed(box, commandOf(file, name, imageOf(name))) });
  servers.set(name, server);
  for (let tries = 0; tries < 60; tries++) {
    if (healthy(name)) return server;
    await wait(500);
  }
  throw new Error(`${name} does not get healthy:\n${server.log().slice(-3000)}`);
}

function healthy(name: string): boolean {
  const [program = '', ...args] = boxed(boxes.get(name) as Box, healthcheckOf(file, name, imageOf(name)));
  try {
    run(program, args);
    return true;
  } catch {
    return false;
  }
}

/** Asks from outside; gives the status and the address of a redirect. */
function curl(...args: string[]): string {
  const names = ['--resolve', `${domain}:443:127.0.0.1`, '--resolve', `${domain}:80:127.0.0.1`];
  const format = ['-s', '-o', '/dev/null', '-w', '%{http_code} %{redirect_url}', '--cacert', join(top, 'tls/ca.pem')];
  return run(tool('nsenter'), [`--net=/proc/${net.pid}/ns/net`, tool('curl'), ...names, ...format, ...args]).trim();
}

describe('the containers of compose.yaml', () => {
  it('start one after the other, each once the one before is healthy', { timeout: 120_000 }, async () => {
    for (const [name, before] of [
      ['app', 'redis'],
      ['web', 'app'],
    ] as const)
      expect(file['services'][name].depends_on[before]).toEqual({ condition: 'service_healthy' });
    for (const name of ['redis', 'app', 'web']) {
      expect(healthy(name)).toBe(false);
      await up(name);
    }
  });

  it('serve the site over HTTPS, with sessions', () => {
    expect(curl(`https://${domain}/`)).toBe('200');
    expect(curl(`https://${domain}/static/css/app.css`)).toBe('200');
    expect(curl(`http://${domain}/a`)).toBe(`308 https://${domain}/a`);
    expect(curl(`https://${domain}/readyz`)).toBe('404');
  });

  it('write to their volumes and nowhere else', () => {
    const look =
      'for f in / /opt /etc /usr/local /var /run /run/secrets /tmp /var/lib/acme-portal /run/acme-portal; do touch $f/x 2>/dev/null && echo $f; done; true';
    const [program = '', ...args] = boxed(boxes.get('app') as Box, ['sh', '-c', look]);
    expect(run(program, args).trim().split('\n')).toEqual(['/tmp', '/var/lib/acme-portal', '/run/acme-portal']);
  });

  it('let Nginx read downloads and nothing else of the app', () => {
    const web = boxes.get('web') as Box;
    const look = 'touch /var/lib/acme-portal/y 2>/dev/null || echo read-only; ls /run/secrets 2>/dev/null; true';
    const [program = '', ...args] = boxed(web, ['sh', '-c', look]);
    expect(run(program, args).trim()).toBe('read-only');
  });

  it('are told to stop long enough before they are killed', () => {
    const configuration = readFileSync(join(app, 'deploy/gunicorn.conf.py'), 'utf8');
    const graceful = Number(/^graceful_timeout = (\d+)$/m.exec(configuration)?.[1]);
    expect(Number.parseInt(file['services'].app.stop_grace_period, 10)).toBeGreaterThanOrEqual(graceful + 5);
  });

  it('are on networks of their own, the app without a way out', () => {
    const { services, networks } = file;
    expect(services.redis.network_mode).toBe('none');
    expect(services.app.networks).toEqual(['inside']);
    expect(networks.inside).toEqual({ internal: true });
    expect(Object.keys(services).filter((name) => services[name].ports)).toEqual(['web']);
  });

  it('hold no secret in their environment', () => {
    for (const { environment = {} } of Object.values(file['services']) as { environment?: Record<string, string> }[])
      expect(
        Object.keys(environment).filter((name) => /KEY|PASSWORD|TOKEN|SECRET/.test(name) && !name.endsWith('_FILE')),
      ).toEqual([]);
  });
});
