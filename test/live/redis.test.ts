import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { unsafeHeaders } from '../support/checks.ts';
import { type Crowd, crowd, type Timed, type Wanted } from '../support/crowd.ts';
import { message } from '../support/default-app.ts';
import { run } from '../support/python.ts';
import { cluster, plainRedis, ports, type RedisServers, redisServers, sentinels } from '../support/redis.ts';
import { front, makeSessionApp, readiness, type SessionApp, serveApp } from '../support/session-site.ts';
import { type Host, production, type Running } from '../support/site.ts';
import { type Address, type Visitor, visitor } from '../support/visitor.ts';

// Of Redis: where it may be, what it may do, and what happens without it. Every server is real, and speaks TLS.

let app: SessionApp;
let host: Host;
let site: Address;
let servers: RedisServers;
let gunicorn: Running;
beforeAll(async () => {
  app = await makeSessionApp();
  host = app.host('host');
  site = await front(app, host);
  servers = redisServers(host, app.own);
}, 600_000);
afterEach(() => gunicorn.stop());
afterAll(() => app.close());

const rights = ['--user', 'default', 'on', 'nopass', '~*', '&*', '+@all'];

/** Serves the app with a Redis. */
async function serve(url: string, more: NodeJS.ProcessEnv = {}): Promise<void> {
  gunicorn = await serveApp(app, host, { REDIS_URL: url, ...more });
}

/** One server with TLS that knows the user `app` with the rights that are shipped, and more. */
async function oneServer(...more: string[]): Promise<{ port: number; server: Running; url: string }> {
  const [port = 0] = await ports(1);
  const server = await servers.start(port, [...rights, ...user(...more)]);
  return { port, server, url: `rediss://app:app@127.0.0.1:${port}/0?ssl_ca_certs=${servers.ca}` };
}

/** The shipped rights, for user and password `app`. */
function user(...more: string[]): string[] {
  const shipped = readFileSync(join(host.app, 'deploy/redis/users.acl'), 'utf8');
  const [, ours = ''] = /^user acme-portal (.*)$/m.exec(shipped) ?? [];
  const hash = createHash('sha256').update('app').digest('hex');
  return ['--user', 'app', ...ours.replace('PASSWORD_HASH', hash).split(' '), ...more];
}

/** Signs in twice, reads, signs out on one device and then on all. */
async function usesItsSession(name = 'ada'): Promise<void> {
  const [laptop, phone] = [visitor(site), visitor(site)];
  for (const device of [laptop, phone]) expect((await device.get(`/t/user/${name}`)).status).toBe(200);
  await laptop.get('/t/write/x');
  expect(JSON.parse((await laptop.get('/t/read')).text)).toEqual({ user_id: name, value: 'x' });
  await laptop.get('/t/leave');
  expect(JSON.parse((await laptop.get('/t/read')).text)).toEqual({});
  await laptop.get(`/t/user/${name}`);
  expect((await phone.get(`/t/everywhere/${name}`)).text).toBe('2');
  for (const device of [laptop, phone]) expect(JSON.parse((await device.get('/t/read')).text)).toEqual({});
  await expect.poll(async () => (await readiness(host)).checks['sessions'], { timeout: 5000 }).toBe('ok');
}

/** Sends the form, signs in and ends every session by the pages of the app. */
async function usesEveryPage(name: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const add = ['--app', 'acme_portal', 'users', 'add', name, '--password', 'correct horse battery'];
  run(join(host.programs, 'flask'), add, { env: production(host, environment) });
  const ann = visitor(site);
  expect((await ann.submit('/', message)).status).toBe(303);
  expect((await ann.submit('/account/sign-in', { name, password: 'wrong' })).status).toBe(422);
  expect((await ann.submit('/account/sign-in', { name, password: 'correct horse battery' })).status).toBe(303);
  expect((await ann.submit('/account/', {}, '/account/sign-out-everywhere')).status).toBe(303);
  expect((await ann.get('/account/')).headers['location']).toEqual(['/account/sign-in']);
}

describe('sessions are kept', { timeout: 120_000 }, () => {
  it('in a Redis with TLS, a private authority and the shipped rights, which are all that the app wants', async () => {
    const { port, url } = await oneServer();
    await serve(url);
    await usesItsSession();
    await usesEveryPage('ann', { REDIS_URL: url });
    const refused = [...servers.ask(port, 'acl', 'log').matchAll(/^object\n(.*)$/gm)].map(([, what]) => what);
    expect(refused.filter((what) => what !== 'client|setinfo')).toEqual([]);
  });

  it('in one without TLS on the loopback address, and on a socket file', async () => {
    const { url, socket, server } = await plainRedis(host);
    app.own(server);
    for (const each of [url, `unix://${socket}`]) {
      await serve(each);
      await usesItsSession();
      await gunicorn.stop();
    }
  });

  it('in a cluster, with the shipped rights and two more', async () => {
    const { url, ports: own } = await cluster(servers, [...rights, ...user('+cluster|slots', '+command')]);
    await serve(url);
    await usesItsSession();
    await usesEveryPage('bob', { REDIS_URL: url });
    for (const port of own) expect(servers.ask(port, 'acl', 'log')).not.toMatch(/^object\n(?!client\|setinfo)/m);
  });

  it.each(['SIGKILL', 'SIGSTOP'] as const)('by sentinels, also when the master gets a %s', async (signal) => {
    const { url, master } = await sentinels(servers, host.folder);
    await serve(url, { WEB_CONCURRENCY: '1' }); // each worker finds the new master for itself
    await usesItsSession();
    const ada = visitor(site);
    await ada.get('/t/user/ada');
    await wait(500); // for the replica
    process.kill(master.pid, signal);
    expect([503, 200]).toContain((await ada.get('/t/read')).status);
    await answersAgain(ada, 30_000);
    expect(JSON.parse((await ada.get('/t/read')).text)).toEqual({ user_id: 'ada' });
    await usesItsSession('eve');
    if (signal === 'SIGSTOP') process.kill(master.pid, 'SIGCONT');
  });
});

describe('nothing is sent', { timeout: 60_000 }, () => {
  it.each([
    [
      'by a certificate of another authority',
      (url: string) => url.replace(servers.ca, join(host.folder, 'tls/ca.pem')),
    ],
    ['by a certificate without an authority that the system knows', (url: string) => url.replace(/\?.*/, '')],
    ['by a certificate for another name', (url: string) => url.replace('127.0.0.1', '127.0.0.2')],
  ])('to a server that identifies itself %s', async (_title, change) => {
    const { port, url } = await oneServer('--bind', '127.0.0.1', '127.0.0.2');
    await serve(change(url));
    expect((await visitor(site).get('/t/write/x')).status).toBe(503);
    expect(await readiness(host)).toMatchObject({ status: 'failed', checks: { sessions: 'failed' } });
    expect(gunicorn.log()).toContain('SSLCertVerificationError');
    expect(servers.ask(port, 'dbsize')).toBe('0');
  });

  it('to a server that the app has no password for', async () => {
    const { port, url } = await oneServer();
    await serve(url.replace('app:app', 'app:other'));
    expect((await visitor(site).get('/t/write/x')).status).toBe(503);
    expect(servers.ask(port, 'dbsize')).toBe('0');
  });
});

describe('64 clients at once get 503 in time, pages without session, and everything again,', {
  timeout: 120_000,
}, () => {
  const kinds = {
    'one server': async () => {
      const { url, server } = await oneServer();
      return { url, all: [server] };
    },
    'a master and its sentinels': async () => {
      const { url, master, replica, watchers } = await sentinels(servers, host.folder);
      return { url, all: [master, replica, ...watchers] };
    },
    'a cluster': async () => {
      const { url, nodes } = await cluster(servers, [...rights, ...user('+cluster|slots', '+command')]);
      return { url, all: nodes };
    },
  };

  it.each(Object.entries(kinds))('when %s accept(s) and never answer(s), then comes back', async (_title, begin) => {
    const { url, all } = await begin();
    await withCrowd(url, async (many, cookie) => {
      for (const { pid } of all) process.kill(pid, 'SIGSTOP');
      for (let round = 0; round < 3; round++) {
        await refusesAtOnce(many, cookie);
        await wait(600);
      }
      for (const { pid } of all) process.kill(pid, 'SIGCONT');
    });
  });

  it('when one server is stopped, then comes back empty', async () => {
    const { port, url, server } = await oneServer();
    await withCrowd(url, async (many, cookie) => {
      await server.stop();
      for (let round = 0; round < 3; round++) await refusesAtOnce(many, cookie);
      await servers.start(port, [...rights, ...user()]);
    });
  });
});

/** Serves 64 clients who have sessions; after `trouble` all is as before, without a restart. */
async function withCrowd(url: string, trouble: (many: Crowd, cookie: string) => Promise<void>): Promise<void> {
  await serve(url);
  const ada = visitor(site);
  await ada.get('/t/user/ada');
  const cookie = `__Host-session=${ada.cookies.get('__Host-session')}`;
  const many = await crowd(site, 64);
  try {
    await allAnswer(many, cookie);
    await trouble(many, cookie);
    await allAnswer(many, cookie);
    expect(gunicorn.log()).not.toMatch(/Traceback|"level": "CRITICAL"/);
  } finally {
    many.close();
  }
}

/** A quarter of the clients reads, a quarter writes, half of them leave the session alone. */
function mixed(cookie: string): (client: number) => Wanted {
  const paths = ['/t/read', '/t/untouched', '/t/write/x', '/t/untouched'];
  return (client) => ({ path: paths[client % 4] ?? '', headers: { Cookie: cookie } });
}

async function refusesAtOnce(many: Crowd, cookie: string): Promise<void> {
  const answers = await many.all(mixed(cookie));
  expect(answers.filter(wrong).map(({ path, status, took }) => [path, status, took])).toEqual([]);
  for (const answer of answers) if (answer.status === 503) expect(unsafeHeaders(answer)).toEqual([]);
}

/** What must not be: a page without session that is refused, another one that is late or no page of the app. */
function wrong({ path, status, took, text, headers }: Timed): boolean {
  if (path === '/t/untouched') return status !== 200 || took > 1500;
  return (
    status !== 503 || took > 1500 || !headers['retry-after'] || !/<h1[^>]*>/.test(text) || /werkzeug|redis/i.test(text)
  );
}

function statuses(answers: readonly Timed[]): number[] {
  return [...new Set(answers.map(({ status }) => status))];
}

/** Waits until all get an answer at the same moment: each process has found out for itself. */
async function allAnswer(many: Crowd, cookie: string): Promise<void> {
  let answers: Timed[] = [];
  for (let tries = 0; tries < 20; tries++) {
    answers = await many.all(mixed(cookie));
    if (answers.every(({ status }) => status === 200)) return;
    await wait(500);
  }
  expect.fail(`${statuses(answers)}:\n${gunicorn.log().slice(-3000)}`);
}

/** Waits until somebody gets an answer many times in a row. */
async function answersAgain(who: Visitor, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  let row = 0;
  while (performance.now() < end) {
    row = (await who.get('/t/read')).status === 200 ? row + 1 : 0;
    if (row === 20) return;
    await wait(row > 0 ? 0 : 200);
  }
  expect.fail(`no answer within ${milliseconds} ms:\n${gunicorn.log().slice(-3000)}`);
}
