import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { addMitigations } from '../src/commands/add.ts';
import { auditProject } from '../src/commands/audit.ts';
import { filesOf, lay } from './support/snapshot.ts';

const quiet = { answers: {}, onConflict: 'fail', dryRun: false, diff: false } as const;
const protectedApp = `from flask import Flask, session
from flask_session import Session
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()


def create_app():
    app = Flask(__name__)
    csrf.init_app(app)
    Session(app)

    @app.post("/hook")
    @csrf.exempt
    def hook():
        return "taken"

    @app.post("/save")
    def save():
        session["user_id"] = 1
        return "saved"

    return app
`;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dewar-present-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('add to an app that has the defence by other means', () => {
  it('completes its own Flask-Session, and sets no second interface', async () => {
    lay(root, { 'app.py': protectedApp, 'requirements.txt': 'flask\nflask-session\n' });
    const { files, byHand } = await addMitigations(catalog, { root, ids: ['sessions'], ...quiet });
    expect(byHand).toEqual([]);
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['security/session_renewal.py', 'security/session_format.py']));
    expect(paths.filter((path) => /sessions\.py$|stores/.test(path))).toEqual([]);
  });

  it('leaves an interface of its own alone, and says what it should do', async () => {
    const own = `${protectedApp.replace('Session(app)', 'app.session_interface = Stored()')}

class Stored(SessionInterface):
    pass
`.replace('from flask_session import Session', 'from flask.sessions import SessionInterface');
    lay(root, { 'app.py': own, 'requirements.txt': 'flask\n' });
    const before = filesOf(root);
    const { byHand } = await addMitigations(catalog, { root, ids: ['sessions'], ...quiet });
    expect(byHand).toMatchObject([
      { place: { file: 'app.py' }, what: expect.stringContaining('Stored keeps the sessions') },
    ]);
    expect(filesOf(root)).toEqual(before);
  });

  it.each(['csrf'])('changes nothing for %s: a second one would break the first', async (id) => {
    lay(root, { 'app.py': protectedApp, 'requirements.txt': 'flask\n' });
    const before = filesOf(root);
    const { files, byHand } = await addMitigations(catalog, { root, ids: [id], ...quiet });
    expect(files).toEqual([]);
    expect(byHand).toEqual([]);
    expect(filesOf(root)).toEqual(before);
  });

  it('completes the own one: the check is on, and each form has its token', async () => {
    lay(root, { 'app.py': protectedApp, 'templates/save.html': '<form method="post"></form>\n' });
    lay(root, { 'config.py': 'WTF_CSRF_ENABLED = False\n' });
    lay(root, {
      'app.py': protectedApp.replace('csrf.init_app', "app.config.from_object('config')\n    csrf.init_app"),
    });
    const { files, byHand } = await addMitigations(catalog, { root, ids: ['csrf'], ...quiet });
    expect(byHand).toEqual([]);
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['config.py', 'templates/save.html']));
    expect(filesOf(root)['config.py']).toBe('WTF_CSRF_ENABLED = True\n');
    expect(Object.keys(filesOf(root))).not.toContain('security/csrf.py');
  });
});

describe('add to a plain app', () => {
  it('refuses what was made for apps of Dewar, and the audit does not suggest it', async () => {
    lay(root, {
      'app.py': `${protectedApp}\napp = create_app()\n`,
      'templates/a.html': '<form method="post"></form>\n',
    });
    // As a pack may bring one.
    const unfit = catalog.mitigations.map(({ fitsAnyApp, ...each }) =>
      each.id === 'headers' || !fitsAnyApp ? each : { ...each, fitsAnyApp },
    );
    const packed = { ...catalog, mitigations: unfit };
    await expect(addMitigations(packed, { root, ids: ['headers', 'csrf'], ...quiet })).rejects.toThrow(
      'headers can be added only to an app that Dewar wrote',
    );
    const { text } = await auditProject(packed, { root });
    expect(text).toMatch(/^headers +missing/m);
    expect(text).not.toContain('next: dewar add headers');
  });

  it('says what to install and what to set', async () => {
    lay(root, {
      'app.py': protectedApp.replace('    Session(app)\n', '').replace('from flask_session import Session\n', ''),
      'requirements.txt': 'flask\n',
    });
    const { notes, environment } = await addMitigations(catalog, { root, ids: ['sessions'], ...quiet });
    expect(notes).toContainEqual(
      expect.stringMatching(/^Install the new packages with `pip install -r requirements.txt`: Flask-Session/),
    );
    expect(environment).toContainEqual(expect.objectContaining({ name: 'REDIS_URL', secret: true }));
  });

  it.each([
    ['uv.lock', 'Install the new packages with `uv sync`: Flask-WTF>=1.2,<2'],
    ['poetry.lock', 'Install the new packages with `poetry lock && poetry install`: Flask-WTF>=1.2,<2'],
  ])('names the tool that keeps %s', async (lock, note) => {
    const pyproject = '[project]\nname = "app"\ndependencies = [\n    "flask",\n]\n';
    lay(root, {
      'app.py': 'from flask import Flask, session\n\napp = Flask(__name__)\napp.secret_key = "k"\nsession["a"] = 1\n',
      'pyproject.toml': pyproject,
      [lock]: '',
    });
    expect((await addMitigations(catalog, { root, ids: ['csrf'], ...quiet })).notes).toContain(note);
  });

  it('leaves out the one mitigation that the app is too old for, and says why', async () => {
    lay(root, {
      'app.py': 'from flask import Flask, session\n\napp = Flask(__name__)\napp.secret_key = "k"\nsession["a"] = 1\n',
      'requirements.txt': 'flask==2.2.5\nredis==3.5.3\n',
    });
    const { files, byHand } = await addMitigations(catalog, { root, ids: ['csrf', 'sessions'], ...quiet });
    expect(files.map(({ path }) => path)).toContain('security/csrf.py');
    expect(files.map(({ path }) => path)).not.toContain('security/sessions.py');
    expect(byHand).toContainEqual({
      kind: 'by-hand',
      from: 'sessions',
      what: 'sessions was not added: the app has redis 3.5.3 (requirements.txt), and this needs 5.0 or newer.',
      withholds: true,
    });
    expect(filesOf(root)['requirements.txt']).toBe('flask==2.2.5\nredis==3.5.3\nflask-wtf==1.2.2\n');
  });

  it('writes a list back in the encoding that it has', async () => {
    const bytes = Buffer.from('\ufeffFlask==3.0.0\r\n', 'utf16le');
    lay(root, { 'app.py': 'from flask import Flask\n\napp = Flask(__name__)\n' });
    writeFileSync(join(root, 'requirements.txt'), bytes);
    await addMitigations(catalog, { root, ids: ['server'], ...quiet });
    const after = Buffer.from('\ufeffFlask==3.0.0\r\ngunicorn==23.0.0\r\n', 'utf16le');
    expect(readFileSync(join(root, 'requirements.txt')).equals(after)).toBe(true);
  });
});

describe('add --all', () => {
  it('brings a key to an app that signed nothing until its forms get a token', async () => {
    const app =
      'from flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.post("/add")\ndef add():\n    return request.form["title"]\n';
    const form = '<form method="post" action="/add"><input name="title"></form>\n';
    lay(root, { 'app.py': app, 'templates/page.html': form, 'requirements.txt': 'flask\n' });
    const { added, withheld } = await addMitigations(catalog, { root, ids: 'all', ...quiet });
    expect(added).toEqual(expect.arrayContaining(['cookies', 'csrf', 'secret-key']));
    expect(withheld).toEqual([]);
  });

  it('leaves an API that sends no page without pages, its own answers to errors aside', async () => {
    const app =
      'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get("/")\ndef all():\n    return {"all": []}\n';
    lay(root, { 'app.py': app, 'requirements.txt': 'flask\n' });
    await addMitigations(catalog, { root, ids: 'all', ...quiet });
    const { text } = await auditProject(catalog, { root });
    expect(text).toMatch(/^errors +implemented/m);
    expect(text).toMatch(/^templating +n-a/m);
  });

  it('leaves the URL map untested where fixtures put the app into the classes of the tests', async () => {
    const app =
      'from flask import Flask, session\n\n\ndef create_app(config=None):\n    app = Flask(__name__)\n    app.secret_key = "x"\n\n    @app.post("/save")\n    def save():\n        session["a"] = 1\n        return "saved"\n\n    return app\n';
    const conftest = (bound: string) =>
      `import pytest\nfrom app import create_app\n\n\n@pytest.fixture\ndef app(request):\n    app = create_app()\n    ${bound}\n    return app\n`;
    const paths = async (bound: string) => {
      lay(root, { 'app.py': app, 'tests/conftest.py': conftest(bound), 'requirements.txt': 'flask\n' });
      const { files } = await addMitigations(catalog, { root, ids: 'all', ...quiet, dryRun: true });
      return files.map(({ path }) => path);
    };
    expect(await paths('app.testing = True')).toContain('tests/test_security_csrf.py');
    expect(await paths('request.cls.app = app')).not.toContain('tests/test_security_csrf.py');
  });

  it('ends the debug mode of the class that a helper of the app takes by default', async () => {
    const app = `import os
from flask import Flask


def chosen(name=None):
    return name or os.environ.get("APP_SETTINGS", "config.DevelopmentConfig")


def create_app(name=None):
    app = Flask(__name__)
    app.config.from_object(chosen(name))
    return app
`;
    const config = 'class DevelopmentConfig:\n    DEBUG = True\n';
    lay(root, { 'app.py': app, 'config.py': config, 'requirements.txt': 'flask\n' });
    await addMitigations(catalog, { root, ids: 'all', ...quiet });
    expect(readFileSync(join(root, 'config.py'), 'utf8')).not.toContain('DEBUG = True');
  });

  it('reads a view whose variable is made of itself to the end', async () => {
    const app = `from flask import Flask, render_template

app = Flask(__name__)


@app.get("/")
def page():
    body = tidy(load())
    body = body
    text = other
    other = text
    body = text if body else text
    return render_template("page.html", body=body)
`;
    lay(root, { 'app.py': app, 'templates/page.html': '{{ body|safe }}\n', 'requirements.txt': 'flask\n' });
    const rows = await auditProject(catalog, { root });
    expect(JSON.stringify(rows)).toContain('page.html');
  });
});
