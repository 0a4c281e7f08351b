import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { addMitigations } from '../../src/commands/add.ts';
import type { Result } from '../../src/commands/result.ts';
import { root as repository } from '../support/imports.ts';
import { environment, pythonOf, run } from '../support/python.ts';
import { browser, freePort, type Server, serve, tokenOf } from '../support/server.ts';
import { lay } from '../support/snapshot.ts';

// All twelve in apps on the oldest versions that they are for, with the pins that `add` chose.

const lines = [
  { line: '3.8', pins: ['flask==2.2.5', 'werkzeug==2.2.3'] },
  { line: '3.9', pins: ['flask==2.3.3', 'werkzeug==2.3.8'] },
];
const shapes = [
  { shape: 'single-file', target: 'app:app', page: '/', form: '/login', more: [] },
  {
    shape: 'factory',
    target: 'shop:create_app()',
    page: '/auth/login',
    form: '/auth/login',
    more: ['flask-login==0.6.3', 'flask-sqlalchemy==3.1.1'],
  },
];
const prepared = `import sqlite3
sqlite3.connect("notes.db").execute("create table notes (text)")
try:
    from shop import create_app, extensions
except ImportError:
    raise SystemExit
app = create_app()
with app.app_context():
    extensions.db.create_all()
`;

describe.each(lines.flatMap((old) => shapes.map((app) => ({ ...old, ...app }))))(
  'an app of the shape "$shape" on Python $line',
  ({ line, pins, shape, target, page, form, more }) => {
    let folder: string;
    let root: string;
    let programs: string;
    let result: Result;
    let server: Server;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'dewar-old-'));
      root = join(folder, 'app');
      cpSync(join(repository, 'test/shapes', shape), root, { recursive: true });
      lay(root, { 'requirements.txt': `${[...pins, ...more].join('\n')}\n`, '.python-version': `${line}\n` });
      const answers = { store: 'filesystem' };
      result = await addMitigations(catalog, {
        ...{ root, ids: 'all', answers },
        ...{ onConflict: 'fail', dryRun: false, diff: false },
      });
      const wanted = readFileSync(join(root, 'requirements.txt'), 'utf8').trim().split('\n');
      programs = environment([...wanted, 'pytest==8.3.5'], pythonOf(line));
      const env = {
        ...process.env,
        SECRET_KEY: 'only-this-test-knows-the-key-0123456789',
        PYTHONDONTWRITEBYTECODE: '1',
      };
      run(join(programs, 'python'), ['-c', prepared], { cwd: root, env: { ...env, PYTHONPATH: root } });
      const port = await freePort();
      const command = [join(programs, 'gunicorn'), '-b', `127.0.0.1:${port}`, target];
      server = await serve(command, port, { cwd: root, env });
    }, 600_000);
    afterAll(async () => {
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('loses none of the twelve to its age', () => {
      expect(result.byHand.filter(({ what }) => /was not added/.test(what))).toEqual([]);
    });

    it('passes its own tests, and those that came with the defences', () => {
      const told = run(join(programs, 'python'), ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'], { cwd: root });
      expect(told).toMatch(/^\d+ passed/m);
    });

    it('serves under Gunicorn, with the policy, and takes a form with its token only', async () => {
      const client = browser(server.url);
      const visit = (path: string, init: RequestInit = {}) =>
        client(path, { ...init, headers: { 'X-Forwarded-Proto': 'https', ...init.headers } });
      const { status, text, headers } = await visit(page);
      expect([status, headers.get('Content-Security-Policy')]).toEqual([
        200,
        expect.stringMatching(/^default-src 'self'/),
      ]);
      const fields = { name: 'ann', password: 'letmein' };
      expect((await visit(form, { method: 'POST', body: new URLSearchParams(fields) })).status).toBe(400);
      const body = new URLSearchParams({ ...fields, csrf_token: tokenOf(text) });
      const answer = await visit(form, { method: 'POST', body });
      expect([200, 302]).toContain(answer.status);
      expect(headers.getSetCookie().join()).toMatch(/^__Host-session=[\w-]{40,}; /);
      expect(server.log()).not.toMatch(/Traceback/);
    });
  },
);
