import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answers } from '../../src/mitigation.ts';
import { run } from '../support/python.ts';
import { front, makeSessionApp, type SessionApp, serveApp } from '../support/session-site.ts';
import { type Host, type Running, startRedis } from '../support/site.ts';
import { type Address, type Visitor, visitor } from '../support/visitor.ts';

// What a session promises, through Nginx with TLS and two processes of Gunicorn.

interface Site {
  readonly app: SessionApp;
  readonly host: Host;
  readonly address: Address;
  readonly gunicorn: Running;
}

async function open(
  answers: Answers,
  setting: (folder: string) => NodeJS.ProcessEnv,
  withRedis: boolean,
): Promise<Site> {
  const app = await makeSessionApp(answers);
  const host = app.host('host');
  if (withRedis) app.own((await startRedis(host)).server);
  const address = await front(app, host);
  const gunicorn = await serveApp(app, host, setting(host.folder));
  return { app, host, address, gunicorn };
}

const cookie = (who: Visitor): string => who.cookies.get('__Host-session') ?? '';
const hash = (id: string): string => createHash('sha256').update(id).digest('hex');
const read = async (who: Visitor): Promise<unknown> => JSON.parse((await who.get('/t/read')).text);

/** A visitor with the cookie of another, as a second tab or a thief has it. */
async function beside(site: Site, id: string): Promise<(path: string) => Promise<string>> {
  const other = visitor(site.address);
  return async (path) => (await other.get(path, { Cookie: `__Host-session=${id}` })).text;
}

describe('sessions in Redis', { timeout: 60_000 }, () => {
  let site: Site;
  const redis = (...words: string[]): string =>
    run('/usr/bin/redis-cli', ['-s', join(site.host.folder, 'redis.sock'), ...words]).trim();
  beforeAll(async () => {
    site = await open({}, (folder) => ({ REDIS_URL: `unix://${folder}/redis.sock` }), true);
  }, 600_000);
  afterAll(() => site.app.close());

  /** Commands for sessions that Redis got while something happened. */
  async function commands(what: () => Promise<unknown>): Promise<Record<string, number>> {
    redis('config', 'resetstat');
    await what();
    const lines = redis('info', 'commandstats').matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm);
    const all = [...lines].map(([, name = '', calls]) => [name, Number(calls)] as const);
    return Object.fromEntries(all.filter(([name]) => !/^(info|config|hello|client|ping|auth)/.test(name)));
  }

  it('cost no command when they are left alone, one for a read, one more for a write', async () => {
    const ann = visitor(site.address);
    expect(await commands(() => ann.get('/t/read'))).toEqual({});
    expect(await commands(() => ann.get('/t/write/x'))).toEqual({ set: 1 });
    for (const path of ['/t/untouched', '/nowhere', '/healthz'])
      expect(await commands(() => ann.get(path))).toEqual({});
    expect(await commands(() => ann.get('/t/read'))).toEqual({ getex: 1 });
    expect(await commands(() => ann.get('/t/write/y'))).toEqual({ getex: 1, set: 1 });
    expect(await commands(() => ann.get('/t/leave'))).toEqual({ getex: 1, del: 1 });
  });

  it('lie under a hash of their id, which is nowhere in Redis, and hold no pickle', async () => {
    const ann = visitor(site.address);
    await ann.get('/t/user/ann');
    const keys = redis('--scan').split('\n');
    expect(keys).toContain(`session:${hash(cookie(ann))}`);
    const values = keys.filter((key) => !key.includes('owner')).map((key) => redis('--no-raw', 'get', key));
    expect(`${keys} ${values}`).not.toContain(cookie(ann));
    expect(redis('--no-raw', 'get', `session:${hash(cookie(ann))}`)).toMatch(/^"\\x82\\xa7created/);
  });

  it('live as long as the settings say, a visitor shorter, also after a read', async () => {
    const ann = visitor(site.address);
    const life = (): number => Number(redis('ttl', `session:${hash(cookie(ann))}`));
    await ann.get('/t/write/x');
    await ann.get('/t/read');
    expect(life()).toBeGreaterThan(1750);
    expect(life()).toBeLessThanOrEqual(1800);
    await ann.get('/t/user/ann');
    await ann.get('/t/read');
    expect(life()).toBeGreaterThan(3550);
    expect(life()).toBeLessThanOrEqual(3600);
  });

  it('change their id at sign-in, also after clear(), and the old one is dead', async () => {
    const ann = visitor(site.address);
    await ann.get('/t/write/planted');
    const before = cookie(ann);
    await ann.get('/t/user/ann');
    expect(cookie(ann)).not.toBe(before);
    expect(JSON.parse(await (await beside(site, before))('/t/read'))).toEqual({});
    expect(redis('exists', `session:${hash(before)}`)).toBe('0');
  });

  it.each(['writing', 'renewing'])('stay dead after sign-out when a slow request ends later, %s', async (way) => {
    const ann = visitor(site.address);
    await ann.get('/t/user/ann');
    const id = cookie(ann);
    const tab = visitor(site.address);
    const slow = tab.get(`/t/slow/${way}/1.0`, { Cookie: `__Host-session=${id}` });
    await wait(400);
    await ann.get('/t/leave');
    expect((await slow).status).toBe(200);
    expect(tab.lines).toEqual([]);
    expect(redis('exists', `session:${hash(id)}`)).toBe('0');
    expect(JSON.parse(await (await beside(site, id))('/t/read'))).toEqual({});
  });

  it('end on every device at once, whatever a slow request does, and only for that user', async () => {
    const devices = [1, 2, 3].map(() => visitor(site.address));
    for (const device of devices) await device.get('/t/user/bob');
    const eve = visitor(site.address);
    await eve.get('/t/user/eve');
    const tab = visitor(site.address);
    const slow = tab.get('/t/slow/renewing/1.0', { Cookie: `__Host-session=${cookie(devices[0] as Visitor)}` });
    await wait(400);
    expect((await eve.get('/t/everywhere/bob')).text).toBe('3');
    await slow;
    for (const each of [...devices, tab]) expect(await read(each)).toEqual({});
    expect(await read(eve)).toEqual({ user_id: 'eve' });
    expect(redis('exists', `session:owner:${hash('bob')}`)).toBe('0');
  });
});

// A store that somebody else can write to: what lies there may be a program, and must stay data.
describe.each<{ where: string; answers: Answers; setting: (folder: string) => NodeJS.ProcessEnv }>([
  { where: 'Redis', answers: {}, setting: (folder) => ({ REDIS_URL: `unix://${folder}/redis.sock` }) },
  {
    where: 'a database',
    answers: { store: 'database' },
    setting: (folder) => ({ SESSION_DATABASE_URL: `sqlite:///${folder}/sessions.db` }),
  },
  {
    where: 'files',
    answers: { store: 'filesystem' },
    setting: (folder) => ({ SESSION_DIRECTORY: `${folder}/sessions` }),
  },
])('a pickle planted in $where', ({ where, answers, setting }) => {
  let site: Site;
  beforeAll(async () => {
    site = await open(answers, setting, where === 'Redis');
  }, 600_000);
  afterAll(() => site.app.close());

  it('runs nothing and is an empty session', { timeout: 60_000 }, async () => {
    const ann = visitor(site.address);
    await ann.get('/t/user/ann');
    const proof = join(site.host.folder, 'ran');
    expect(plant(site.host, hash(cookie(ann)), proof)).toBe('1');
    expect(await read(ann)).toEqual({});
    await ann.get('/t/write/x');
    expect(await read(ann)).toEqual({ value: 'x' });
    expect(existsSync(proof)).toBe(false);
  });
});

/** Replaces a session in whatever store there is by a pickle that would make a folder; tells how many were replaced. */
function plant(host: Host, key: string, proof: string): string {
  const program = `
import os, pickle, sqlite3, sys
class Bomb:
    def __reduce__(self):
        return os.mkdir, (sys.argv[3],)
value, key, folder = pickle.dumps(Bomb()), sys.argv[2], sys.argv[1]
for path, table in (("sessions.db", "http_sessions"), ("sessions/sessions.sqlite3", "sessions")):
    if os.path.exists(f"{folder}/{path}"):
        with sqlite3.connect(f"{folder}/{path}") as database:
            print(database.execute(f"UPDATE {table} SET value = ? WHERE key = ?", (value, key)).rowcount)
if os.path.exists(f"{folder}/redis.sock"):
    import redis
    print(int(redis.Redis(unix_socket_path=f"{folder}/redis.sock").set(f"session:{key}", value, xx=True)))
`;
  return run(join(host.programs, 'python'), ['-c', program, host.folder, key, proof]).trim();
}
