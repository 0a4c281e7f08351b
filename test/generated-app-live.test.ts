import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyKindOfAnswer, unsafeHeaders, upload } from './support/checks.ts';
import { makeDefaultApp, message, domain as name } from './support/default-app.ts';
import { lockedEnvironment } from './support/locked.ts';
import { run } from './support/python.ts';
import { tokenOf } from './support/server.ts';
import {
  gunicornAnswers,
  type Host,
  production,
  type Running,
  startGunicorn,
  startNginx,
  startRedis,
} from './support/site.ts';
import { type Address, plainly, shakesHands, type Visitor, visitor } from './support/visitor.ts';

let top: string;
let app: string;
beforeAll(async () => {
  top = await makeDefaultApp();
  app = join(top, 'app');
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

// Nginx comes as a wheel for Linux only.
describe.runIf(process.platform === 'linux')('in production, behind Nginx over TLS', () => {
  let host: Host;
  let site: Address;
  let redis: Running;
  let gunicorn: Running;
  let redisUrl: string;
  const servers: Running[] = [];
  beforeAll(async () => {
    const programs = lockedEnvironment(readFileSync(join(app, 'requirements/dev.txt'), 'utf8'));
    host = { app, slug: 'acme-portal', programs, folder: join(top, 'host') };
    mkdirSync(host.folder);
    const store = await startRedis(host);
    servers.push(store.server);
    [redis, redisUrl] = [store.server, store.url];
    const front = await startNginx(host, name);
    servers.push(front.server);
    site = front.address;
  }, 600_000);
  afterAll(async () => {
    for (const server of servers.reverse()) await server.stop();
  });

  describe('serves', () => {
    let ann: Visitor;
    beforeAll(async () => {
      const environment = production(host, { REDIS_URL: redisUrl, TRUSTED_HOSTS: name });
      gunicorn = startGunicorn(host, 'gunicorn', environment);
      servers.push(gunicorn);
      await gunicornAnswers(host, gunicorn);
      const add = ['--app', 'acme_portal', 'users', 'add', 'ann', '--password', 'correct horse battery'];
      run(join(host.programs, 'flask'), add, { env: environment });
      ann = visitor(site);
    }, 60_000);

    it.each(everyKindOfAnswer)('$title with $status and every security header exactly once', async (each) => {
      const { status, method = 'GET', path, body, headers } = each;
      const answer = await visitor(site).ask(method, path, { ...(body && { body }), ...(headers && { headers }) });
      expect([answer.status, ...unsafeHeaders(answer)]).toEqual([status]);
    });

    it('pages whose policy allows own scripts by nonce only', async () => {
      const page = await ann.get('/');
      const policy = page.headers['content-security-policy']?.join() ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe-');
      const nonces = [...page.text.matchAll(/nonce="([^"]+)"/g)].map(([, nonce]) => nonce);
      expect(nonces.length).toBeGreaterThan(0);
      for (const nonce of nonces) expect(policy).toContain(`'nonce-${nonce}'`);
      expect(page.headers['cache-control']?.join()).toContain('no-store');
    });

    it('cookies that only this host gets back, over TLS and out of reach of scripts', async () => {
      const fresh = visitor(site);
      await fresh.get('/');
      expect([...fresh.cookies.keys()]).toEqual(['__Host-session']);
      for (const flag of [/; *Secure/i, /; *HttpOnly/i, /; *SameSite=Lax/i, /; *Path=\/(?:;|$)/i])
        expect(fresh.lines.join()).toMatch(flag);
      expect(fresh.lines.join()).not.toMatch(/domain/i);
    });

    it('error pages of its own, and problem documents for programs', async () => {
      const page = await ann.get('/missing');
      expect(page.text).toContain('Page not found');
      expect(page.text).not.toMatch(/nginx|gunicorn|werkzeug|traceback/i);
      const problem = await ann.get('/missing', { Accept: 'application/json' });
      expect(problem.headers['content-type']?.join()).toContain('application/problem+json');
    });

    it('a form with the token of its own session only, sent from its own pages', async () => {
      const sent = await ann.submit('/', message);
      expect([sent.status, sent.headers['location']]).toEqual([303, ['/sent']]);
      const token = tokenOf((await visitor(site).get('/')).text);
      expect((await ann.ask('POST', '/', { body: { ...message, csrf_token: token } })).status).toBe(400);
      const own = tokenOf((await ann.get('/')).text);
      const elsewhere = {
        Origin: 'https://evil.example',
        Referer: 'https://evil.example/',
        'Sec-Fetch-Site': 'cross-site',
      };
      const forged = await ann.ask('POST', '/', { body: { ...message, csrf_token: own }, headers: elsewhere });
      expect([400, 403]).toContain(forged.status);
    });

    it('sign-in with a new session id, and sign-out that ends the session on the server', async () => {
      await ann.get('/account/sign-in');
      const before = ann.cookies.get('__Host-session');
      expect((await ann.submit('/account/sign-in', { name: 'ann', password: 'wrong' })).status).toBe(422);
      const done = await ann.submit('/account/sign-in', { name: 'ann', password: 'correct horse battery' });
      expect([done.status, done.headers['location']]).toEqual([303, ['/account/']]);
      const signedIn = ann.cookies.get('__Host-session') ?? '';
      expect(signedIn).not.toBe(before);
      expect((await ann.get('/account/')).text).toContain('ann');
      expect((await ann.submit('/account/', {}, '/account/sign-out')).status).toBe(303);
      const replayed = await visitor(site).get('/account/', { Cookie: `__Host-session=${signedIn}` });
      expect(replayed.status).toBe(303);
      expect(replayed.headers['location']).toEqual(['/account/sign-in']);
    });

    it('uploads, and downloads that run nowhere and are for their owner only', async () => {
      const picture = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(2_000_000, 7)]);
      expect((await upload(ann, 'picture.png', Buffer.from('<script>'))).status).toBe(422);
      expect((await upload(ann, 'picture.png', picture)).status).toBe(303);
      const link = /href="(\/files\/[^"]+\.png)"/.exec((await ann.get('/files/')).text)?.[1] ?? '';
      const back = await ann.get(link);
      expect([back.status, ...unsafeHeaders(back)]).toEqual([200]);
      expect(back.body.equals(picture)).toBe(true);
      expect(back.headers['content-disposition']?.join()).toContain('attachment');
      expect(back.headers['content-security-policy']?.join()).toContain('sandbox');
      expect(back.headers['cache-control']?.join()).toContain('no-store');
      expect((await visitor(site).get(link)).status).toBe(404);
      expect((await ann.get(link.replace('/files/', '/_files/'))).status).toBe(404);
    });

    it('HTTPS only, under its own name only', async () => {
      const moved = await plainly(site.http, name, '/a?b=c');
      expect([moved?.status, moved?.headers['location']]).toEqual([308, [`https://${name}:${site.https}/a?b=c`]]);
      expect(await plainly(site.http, 'evil.example', '/')).toBeUndefined();
      expect(await shakesHands(site.https, 'evil.example')).toBe(false);
      expect(await shakesHands(site.https, name)).toBe(true);
      expect((await ann.get('/', { Host: 'evil.example' })).status).toBe(421);
    });

    it('nothing else for headers that only a proxy may set', async () => {
      const spoofed = {
        'X-Forwarded-Host': 'evil.example',
        'X-Forwarded-Prefix': '/evil',
        Forwarded: 'host=evil.example',
      };
      const page = await ann.get('/', { ...spoofed, 'X-Forwarded-Proto': 'http' });
      expect(page.status).toBe(200);
      expect(page.text).not.toContain('evil');
    });

    it('what its smoke and load script asks for', { timeout: 60_000 }, () => {
      // The script asks for the site by its name, which leads to the loopback address here.
      const program = `
import runpy, socket, sys
real = socket.getaddrinfo
def local(host, port, *rest, **named):
    return real("127.0.0.1", ${site.http} if port == 80 else port, *rest, **named)
socket.getaddrinfo = local
sys.argv = ["smoke", "https://${name}:${site.https}", "--ca", "${host.folder}/tls/ca.pem", "--load", "1"]
runpy.run_path("${app}/scripts/smoke.py", run_name="__main__")
`;
      expect(run(join(host.programs, 'python'), ['-c', program])).toContain(': 0 problems');
    });

    it('a page without details when it crashes, and writes them to its log', async () => {
      const users = join(host.folder, 'var/lib/acme-portal/users.sqlite3');
      writeFileSync(users, 'no database');
      const crashed = await ann.submit('/account/sign-in', { name: 'ann', password: 'correct horse battery' });
      expect([crashed.status, ...unsafeHeaders(crashed)]).toEqual([500]);
      expect(crashed.text).toContain('Something went wrong');
      expect(crashed.text).not.toMatch(/sqlite|traceback|file is not/i);
      expect(gunicorn.log()).toContain('file is not a database');
    });

    it('pages without a session when Redis is lost, and the others with 503 at once', async () => {
      await redis.stop();
      const began = Date.now();
      const page = await ann.get('/');
      expect([page.status, ...unsafeHeaders(page)]).toEqual([503]);
      expect(Date.now() - began).toBeLessThan(2000);
      expect((await ann.get('/healthz')).status).toBe(200);
    });

    it('a 502 with every header when the app is gone, and JSON lines in every log', async () => {
      await gunicorn.stop();
      const page = await ann.get('/');
      expect([page.status, ...unsafeHeaders(page)]).toEqual([502]);
      const lines = readFileSync(join(host.folder, 'var/log/nginx/access.log'), 'utf8').trim().split('\n');
      for (const line of lines) expect(JSON.parse(line)).toHaveProperty('request_id');
    });
  });
});
