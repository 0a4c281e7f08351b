import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { addMitigations } from '../src/commands/add.ts';
import { releases } from '../src/plan/releases.ts';
import { root as repository } from './support/imports.ts';
import { environment, run } from './support/python.ts';
import { tree } from './support/tree.ts';

// What goes into an existing app must run on Python 3.8 and Flask 2.0, the sessions on 2.2, whatever the tests themselves run on.

describe('what is added to an existing app', () => {
  it.each(['ci', 'server'])('for %s says nothing that Python 3.8 cannot evaluate', async (id) => {
    const root = tree({});
    cpSync(join(repository, 'test/shapes/factory'), root, { recursive: true });
    const options = { answers: {}, onConflict: 'fail', dryRun: false, diff: false } as const;
    const { files } = await addMitigations(catalog, { root, ids: [id], ...options });
    const paths = files.flatMap(({ path, state }) => (path.endsWith('.py') && state === 'new' ? [path] : []));
    expect(paths.length).toBeGreaterThan(3);
    // FA102: an annotation of a newer Python that is evaluated; syntax errors are told for the version, too.
    const ruff = join(environment(['ruff==0.17.6']), 'ruff');
    run(ruff, ['check', '--isolated', '--target-version', 'py38', '--select', 'FA102', ...paths], { cwd: root });
  });

  it('works on Flask 2.0, but for the sessions, which are withheld', async () => {
    const app = `import os
from flask import Flask, render_template, session

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY")


@app.route("/", methods=["GET", "POST"])
def index():
    session["seen"] = True
    return render_template("index.html")


@app.get("/broken")
def broken():
    raise RuntimeError("never told")
`;
    const root = tree({
      'app.py': app,
      'requirements.txt': 'flask==2.0.3\nwerkzeug==2.0.3\n',
      'templates/index.html': '<!doctype html><form method="post"></form><script>go()</script>\n',
    });
    const options = { answers: {}, onConflict: 'fail', dryRun: false, diff: false } as const;
    const { withheld } = await addMitigations(catalog, {
      root,
      ids: catalog.mitigations.map(({ id }) => id),
      ...options,
    });
    expect(withheld).toEqual(['sessions']);
    const pins = ['flask==2.0.3', 'werkzeug==2.0.3', 'jinja2==3.0.3', 'flask-wtf==1.2.2', 'flask-talisman==1.1.0'];
    const check = `import os
os.environ.update(APP_ENV="production", SECRET_KEY="k3y-of-this-test-alone-0123456789-abcdefghij")
from app import app
c = app.test_client()
tls = {"base_url": "https://localhost"}
page = c.get("/", **tls)
text = page.get_data(as_text=True)
token = text.split('name="csrf_token" value="')[1].split('"')[0]
print(page.status_code, "nonce-" in page.headers["Content-Security-Policy"], page.headers["X-Content-Type-Options"])
print(page.headers["Set-Cookie"].split("=")[0], "Secure" in page.headers["Set-Cookie"])
print(c.post("/", **tls).status_code, c.post("/", data={"csrf_token": token}, headers={"Referer": "https://localhost/"}, **tls).status_code)
print(c.get("/none", **tls).status_code, "never told" in c.get("/broken", **tls).get_data(as_text=True))`;
    const told = run(join(environment(pins), 'python'), ['-c', check], { cwd: root }).trim();
    expect(told.split('\n')).toEqual(['200 True nosniff', '__Host-session True', '400 200', '404 False']);
  }, 300_000);

  it.each([
    ['flask==2.2.5', 'werkzeug==2.2.3'],
    ['flask==3.1.3', 'werkzeug==3.1.3'],
  ])(
    'needs packages that work with %s',
    (...app) => {
      const pins = Object.values(releases).map(({ name, pins: [newest] }) => `${name}==${newest?.[0]}`);
      const python = join(environment([...app, ...pins]), 'python');
      const modules =
        'flask_wtf.csrf, flask_session, flask_talisman, msgspec, redis, nh3, sqlalchemy, gunicorn.app.wsgiapp';
      run(python, ['-c', `import ${modules}`]);
    },
    300_000,
  );
});
