import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { domain, makeDefaultApp, message } from '../support/default-app.ts';
import { lockedEnvironment } from '../support/locked.ts';
import { run } from '../support/python.ts';
import { type Host, production, type Running, startGunicorn, startNginx, startRedis } from '../support/site.ts';
import { type Address, type Visitor, visitor } from '../support/visitor.ts';

let top: string;
let host: Host;
let site: Address;
let environment: NodeJS.ProcessEnv;
const servers: Running[] = [];
const halves = new Map<string, Running>();

beforeAll(async () => {
  top = await makeDefaultApp();
  const app = join(top, 'app');
  const programs = lockedEnvironment(readFileSync(join(app, 'requirements/dev.txt'), 'utf8'));
  host = { app, slug: 'acme-portal', programs, folder: join(top, 'host') };
  mkdirSync(host.folder);
  const redis = await startRedis(host);
  servers.push(redis.server);
  environment = production(host, { REDIS_URL: redis.url, TRUSTED_HOSTS: domain });
  twoServers(join(app, 'deploy/nginx/snippets/site.conf'));
  const front = await startNginx(host, domain);
  servers.push(front.server);
  site = front.address;
}, 600_000);
afterAll(async () => {
  for (const server of [...halves.values(), ...servers.reverse()]) await server.stop();
  rmSync(top, { recursive: true, force: true });
});

/** The one line that a second process, or a second host, takes in the configuration. */
function twoServers(file: string): void {
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(/^( *server unix:.*\/)gunicorn(\.sock.*)$/m, '$1one$2\n$1two$2');
  expect(changed).not.toBe(text);
  writeFileSync(file, changed);
}

async function begin(name: string): Promise<void> {
  const socket = join(host.folder, `run/${host.slug}/${name}.sock`);
  const server = startGunicorn(host, name, { ...environment, GUNICORN_BIND: `unix:${socket}` });
  halves.set(name, server);
  for (let tries = 0; tries < 60; tries++) {
    const answer = await askDirectly(socket);
    if (answer === '200') return;
    await wait(250);
  }
  throw new Error(`${name} does not answer:\n${server.log().slice(-3000)}`);
}

async function askDirectly(socket: string): Promise<string> {
  const script = `
import http.client, socket, sys
client = http.client.HTTPConnection("${domain}")
client.sock = socket.socket(socket.AF_UNIX)
try:
    client.sock.connect(sys.argv[1])
    client.request("GET", "/readyz", headers={"X-Forwarded-Proto": "https"})
    print(client.getresponse().status)
except OSError as error:
    print(error)
`;
  return run(join(host.programs, 'python'), ['-c', script, socket]).trim();
}

async function end(name: string): Promise<void> {
  await halves.get(name)?.stop();
  halves.delete(name);
}

describe('two Gunicorns behind one Nginx', () => {
  let ann: Visitor;
  beforeAll(async () => {
    await begin('one');
    const add = ['--app', 'acme_portal', 'users', 'add', 'ann', '--password', 'correct horse battery'];
    run(join(host.programs, 'flask'), add, { env: environment });
  }, 60_000);

  it('share their sessions: what one has signed in, the other knows', { timeout: 60_000 }, async () => {
    ann = visitor(site);
    await ann.get('/account/sign-in');
    const signedIn = await ann.submit('/account/sign-in', { name: 'ann', password: 'correct horse battery' });
    expect(signedIn.headers['location']).toEqual(['/account/']);
    await begin('two');
    await end('one');
    expect((await ann.get('/account/')).text).toContain('ann');
    expect((await ann.submit('/', message)).status).toBe(303);
    await begin('one');
  });

  it('lose no request when one of them stops and comes back, under load', { timeout: 120_000 }, async () => {
    const seen: number[] = [];
    let over = false;
    const client = async (use: () => Promise<number>): Promise<void> => {
      while (!over) seen.push(await use());
    };
    const cookie = { Cookie: [...ann.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const readers = [...Array(6)].map(() => client(async () => (await visitor(site).get('/account/', cookie)).status));
    const writers = [...Array(2)].map(() => client(async () => (await visitor(site).submit('/', message)).status));
    for (const name of ['one', 'two']) {
      await wait(1000);
      await end(name);
      await wait(1000);
      await begin(name);
    }
    over = true;
    await Promise.all([...readers, ...writers]);
    expect(seen.length).toBeGreaterThan(100);
    expect(seen.filter((status) => ![200, 303].includes(status))).toEqual([]);
  });
});
