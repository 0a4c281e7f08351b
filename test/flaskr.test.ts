import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { addMitigations } from '../src/commands/add.ts';
import { auditProject } from '../src/commands/audit.ts';
import type { Result } from '../src/commands/result.ts';
import { updateProject } from '../src/commands/update.ts';
import { changesOf } from './support/changes.ts';
import { environment, run } from './support/python.ts';
import { browser, freePort, type Server, serve, tokenOf } from './support/server.ts';
import { filesOf } from './support/snapshot.ts';
import { sourceDistribution } from './support/source-distribution.ts';

const options = { onConflict: 'fail', dryRun: false, diff: false } as const;
const requirements = ['flask==3.1.3', 'flask-wtf==1.3.0', 'pytest==9.0.2', 'gunicorn==23.0.0'];
let top: string;
let published: string;
let programs: string;
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'dewar-flaskr-'));
  published = join(sourceDistribution('flask', '3.1.3'), 'examples/tutorial');
  programs = environment(requirements);
}, 300_000);
afterAll(() => rmSync(top, { recursive: true, force: true }));

describe('flaskr, the app of the Flask tutorial', () => {
  it('is audited as a careful reader finds it', async () => {
    const { data } = await auditProject(catalog, { root: published });
    const rows = data['mitigations'] as { id: string; state: string; missing: { file?: string; line?: number }[] }[];
    expect(rows.map(({ id, state }) => [id, state])).toEqual([
      ['ci', 'missing'],
      ['config', 'partial'],
      ['cookies', 'missing'],
      ['csrf', 'missing'],
      ['debug', 'implemented'],
      ['errors', 'missing'],
      ['files', 'n-a'],
      ['headers', 'missing'],
      ['secret-key', 'partial'],
      ['server', 'missing'],
      ['sessions', 'missing'],
      ['templating', 'implemented'],
    ]);
    const places = rows.flatMap(({ missing }) => missing.map(({ file, line }) => `${file}:${line}`));
    for (const place of [
      'auth/login.html:8',
      'auth/register.html:8',
      'blog/create.html:8',
      'blog/update.html:8',
      'blog/update.html:16',
    ])
      expect(places).toContain(`flaskr/templates/${place}`);
    expect(places).toContain('flaskr/auth.py:104');
  });
});

describe('flaskr after `add csrf`', () => {
  let root: string;
  let result: Result;
  let server: Server | undefined;
  beforeAll(async () => {
    root = join(top, 'csrf');
    cpSync(published, root, { recursive: true });
    result = await addMitigations(catalog, { root, ids: ['csrf'], answers: {}, ...options });
  });
  afterAll(async () => server?.stop());

  it('leaves nothing to do by hand', () => {
    expect(result.byHand).toEqual([]);
  });

  it('passes its own tests and the one that walks its routes', () => {
    expect(run(join(programs, 'python'), ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'], { cwd: root })).toContain(
      '25 passed',
    );
  });

  it('refuses a live POST without a token and takes one with it', async () => {
    const port = await freePort();
    run(join(programs, 'flask'), ['--app', 'flaskr', 'init-db'], { cwd: root });
    const bind = `127.0.0.1:${port}`;
    server = await serve([join(programs, 'gunicorn'), '-b', bind, 'flaskr:create_app()'], port, { cwd: root });
    const visit = browser(server.url);
    const { text } = await visit('/auth/register');
    const form = (token?: string): RequestInit => ({
      method: 'POST',
      body: new URLSearchParams({ username: 'a', password: 'b', ...(token && { csrf_token: token }) }),
    });
    expect((await visit('/auth/register', form())).status).toBe(400);
    expect((await visit('/auth/register', form(`${tokenOf(text)}x`))).status).toBe(400);
    expect((await visit('/auth/register', form(tokenOf(text)))).status).toBe(302);
  });

  it('is audited as protected', async () => {
    const { data } = await auditProject(catalog, { root });
    const rows = data['mitigations'] as { id: string; state: string; missing: unknown[] }[];
    expect(rows.find(({ id }) => id === 'csrf')).toMatchObject({ state: 'implemented', missing: [] });
  });

  it('is up to date, and what the defence brought can be updated', async () => {
    expect(changesOf(await updateProject(catalog, { root, ...options }))).toEqual([]);
    const name = 'csrf/existing/package/security/csrf.py';
    const { wirings, templates } = await catalog.existing();
    const existing = async () => ({ wirings, templates: { ...templates, [name]: '# newer\n' } });
    const newer = { ...catalog, existing };
    const result = await updateProject(newer, { root, ...options, dryRun: true });
    expect(changesOf(result)).toEqual([{ path: 'flaskr/security/csrf.py', state: 'clean' }]);
  });

  it('is left alone by a second run', async () => {
    const before = filesOf(root);
    const again = await addMitigations(catalog, { root, ids: ['csrf'], answers: {}, ...options });
    expect(again.files).toEqual([]);
    expect(filesOf(root)).toEqual(before);
  });
});
