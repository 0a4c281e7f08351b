import { appendFileSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unsafeHeaders } from '../support/checks.ts';
import { domain } from '../support/default-app.ts';
import { openProduction, type ProductionSite } from '../support/production-site.ts';
import { run } from '../support/python.ts';
import { freePort, tokenOf } from '../support/server.ts';
import { type Running, startGunicorn } from '../support/site.ts';
import { type Answer, visitor } from '../support/visitor.ts';

// Small limits, so that those of Nginx are not what is seen here.
const settings = `
    SIGN_IN_PER_ADDRESS = "6 per 5 minutes"
    SIGN_IN_PER_ACCOUNT = "3 per 5 minutes"
    REPORTS_PER_ADDRESS = "4 per 5 minutes"
`;
const lost = 'each process counts its rate limits alone';

describe('a rate limit', () => {
  let site: ProductionSite;
  let second: { server: Running; port: number };
  beforeAll(async () => {
    site = await openProduction((app) => appendFileSync(join(app, 'src/acme_portal/settings/base.py'), settings));
    second = await another(site);
  }, 600_000);
  afterAll(async () => {
    await second?.server.stop();
    await site?.close();
  });

  const signIn = async (name: string, headers: Record<string, string> = {}): Promise<Answer> => {
    const ann = visitor(site.address);
    // The form of the start page: asking for the sign-in page would not count, but this is how it is seen.
    const token = tokenOf((await ann.get('/')).text);
    return ann.ask('POST', '/account/sign-in', { headers, body: { name, password: 'wrong', csrf_token: token } });
  };

  it('slows whoever tries one account, whatever he claims about his address', async () => {
    const answers = [];
    for (const each of [1, 2, 3, 4]) {
      const claims = {
        'X-Forwarded-For': `6.6.6.${each}`,
        Forwarded: `for=6.6.6.${each}`,
        'X-Real-IP': `6.6.6.${each}`,
      };
      answers.push(await signIn(each % 2 ? 'Ada' : ' ADA', claims));
    }
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 429]);
    const [last] = answers.slice(-1) as [Answer];
    expect(unsafeHeaders(last)).toEqual([]);
    expect(last.text).toContain('Too many requests');
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(200);
  });

  it('slows one host that tries many accounts', async () => {
    expect((await signIn('b')).status).toBe(422);
    expect((await signIn('c')).status).toBe(422);
    expect((await signIn('d')).status).toBe(429);
  });

  it('is shared with another server of the app, which has no more rights in Redis than it needs', async () => {
    expect(await reportTo(second.port, '203.0.113.1', 3)).toEqual([204, 204, 204]);
    expect(await reportTo(second.port, '203.0.113.1', 2)).toEqual([204, 429]);
    expect(await reportTo(second.port, '203.0.113.2', 1)).toEqual([204]);
    // This server and the one behind Nginx count the same client together.
    expect(await reportTo(second.port, '127.0.0.1', 3)).toEqual([204, 204, 204]);
    expect([(await report()).status, (await report()).status]).toEqual([204, 429]);
    expect(site.gunicorn.log() + second.server.log()).not.toContain(lost);
  });

  it('holds while Redis is lost, in each process alone, and is no error', async () => {
    await site.redis.stop();
    const statuses = await reportTo(second.port, '203.0.113.3', 6);
    expect(statuses).toEqual([204, 204, 204, 204, 429, 429]);
    expect(second.server.log().split(lost)).toHaveLength(2);
  });

  const report = (): Promise<Answer> => {
    const headers = { 'Content-Type': 'application/reports+json' };
    return visitor(site.address).ask('POST', '/browser-reports', { headers, body: Buffer.from('[]') });
  };
});

/** A second Gunicorn, on a port, with the rights that are shipped for the app in Redis. */
async function another(site: ProductionSite): Promise<{ server: Running; port: number }> {
  const { host } = site;
  const socket = join(host.folder, 'redis.sock');
  const rights = readFileSync(join(host.app, 'deploy/redis/users.acl'), 'utf8');
  const line = /^user (\S+) on #PASSWORD_HASH (.*)$/m.exec(rights);
  if (!line) throw new Error(`deploy/redis/users.acl has no line for the app's user:\n${rights}`);
  const rules = JSON.stringify(['ACL', 'SETUSER', line[1], 'on', '>word', ...(line[2] ?? '').split(' ')]);
  const program = `import redis; redis.Redis(unix_socket_path="${socket}").execute_command(*${rules})`;
  run(join(host.programs, 'python'), ['-c', program]);
  const port = await freePort();
  const own = { REDIS_URL: `unix://${line[1]}:word@${socket}`, GUNICORN_BIND: `127.0.0.1:${port}` };
  const server = startGunicorn(host, 'second', { ...site.environment, WEB_CONCURRENCY: '1', ...own });
  for (let tries = 0; tries < 200 && !server.log().includes('Booting worker'); tries++) await wait(50);
  return { server, port };
}

/** Statuses of reports that a proxy passes on for a client. */
async function reportTo(port: number, client: string, count: number): Promise<number[]> {
  const headers = {
    Host: domain,
    'X-Forwarded-For': client,
    'X-Forwarded-Proto': 'https',
    'Content-Type': 'application/reports+json',
    'Content-Length': '2',
  };
  const statuses: number[] = [];
  for (let each = 0; each < count; each++)
    statuses.push(
      await new Promise<number>((resolve, reject) => {
        const options = { host: '127.0.0.1', port, agent: false, method: 'POST', path: '/browser-reports', headers };
        request(options, (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0)))
          .on('error', reject)
          .end('[]');
      }),
    );
  return statuses;
}
