import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { addMitigations } from '../../src/commands/add.ts';
import type { Result } from '../../src/commands/result.ts';
import { environment, run } from '../support/python.ts';
import { tree } from '../support/tree.ts';

const quiet = { answers: {}, onConflict: 'fail', dryRun: false, diff: false } as const;
const add = (root: string, answers: Record<string, string> = {}): Promise<Result> =>
  addMitigations(catalog, { ...quiet, root, ids: ['csrf'], answers });
const exemptions = (root: string): string[] =>
  [...(readFileSync(join(root, 'security/csrf.py'), 'utf8').split('\n}')[0] ?? '').matchAll(/^ {4}("[^"]+"): /gm)].map(
    ([, key = '']) => key,
  );
let python: string;
beforeAll(() => {
  python = join(environment(['flask==3.1.3', 'flask-wtf==1.3.0']), 'python');
}, 300_000);

/** Runs statements against the app below a folder, which gets the client `c`. */
function check(root: string, code: string): string {
  const head = `import os\nos.environ["APP_ENV"] = "production"\nfrom app import app\nc = app.test_client()\n`;
  return run(python, ['-c', head + code], { cwd: root });
}

const app = `import hmac
from functools import wraps
from flask import Blueprint, Flask, abort, jsonify, redirect, render_template, request, session

app = Flask(__name__)
app.config["SECRET_KEY"] = "a key that only this test uses"
api = Blueprint("api", __name__, url_prefix="/api")


def key_required(view):
    @wraps(view)
    def wrapper(*args, **kwargs):
        if request.headers.get("X-API-Key") != "k":
            abort(401)
        return view(*args, **kwargs)
    return wrapper


@app.route("/", methods=["GET", "POST"])
def index():
    session["seen"] = True
    return render_template("index.html")


@app.route("/old", methods=["GET", "POST"])
def old():
    return '''<form method=post action="/old"><input name=a></form><form action=/find></form>
<form method="post" action="https://example.org/"></form><script>"<form method=post>"</script>'''


@app.post("/hooks/paid")
def paid():
    signature = hmac.new(b"s", request.get_data(), "sha256").hexdigest()
    return jsonify(ok=hmac.compare_digest(signature, request.headers["X-Signature"]))


@api.post("/things")
@key_required
def things():
    return jsonify(request.get_json())


@api.delete("/things/<int:id>")
@key_required
def forget(id):
    return "", 204


@app.post("/oauth/token")
def issue():
    return authorization.create_token_response()


@app.route("/oauth/authorize", methods=["GET", "POST"])
def authorize():
    return authorization.create_authorization_response(grant_user=session["user"])


@app.post("/account")
@key_required
def account():
    return jsonify(user=session.get("user"))


@app.post("/json")
def takes_json():
    session["a"] = 1
    return jsonify(request.get_json())


app.register_blueprint(api)
`;
const index =
  '<html><head></head><form method="post"></form><script>fetch("/json", {method: "POST"})</script></html>\n';

describe('CSRF protection that is added to an app', () => {
  it('exempts what programs call, whole blueprints as one, and nothing that a session speaks in', async () => {
    const root = tree({ 'app.py': app, 'templates/index.html': index });
    expect((await add(root)).byHand).toMatchObject([{ what: expect.stringContaining('packages') }]);
    expect(exemptions(root)).toEqual(['"paid"', '"api.*"', '"issue"']);
  });

  it('refuses what has no token, and lets programs in that bring an authority of their own', async () => {
    const root = tree({ 'app.py': app, 'templates/index.html': index });
    await add(root);
    const told = check(
      root,
      `
page = c.get("/").text
token = page.split('name="csrf_token" value="')[1].split('"')[0]
meta = page.split('name="csrf-token" content="')[1].split('"')[0]
print(c.post("/").status_code, c.post("/", data={"csrf_token": token + "x"}).status_code)
print(c.post("/", data={"csrf_token": token}).status_code)
print(c.post("/", data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"}).status_code)
print(c.post("/json", json={}).status_code, c.post("/json", json={}, headers={"X-CSRFToken": meta}).status_code)
print(c.get(page.split('script src="')[1].split('"')[0]).mimetype)
new = app.test_client()
print(new.post("/json", json={}).status_code, new.post("/account").status_code)
print(new.post("/api/things", json={}, headers={"X-API-Key": "k"}).status_code)
print(app.test_client().delete("/api/things/1").status_code, app.test_client().post("/old").status_code)
app.testing = True
print(c.post("/").status_code)
`,
    );
    expect(told.trim().split('\n')).toEqual([
      '400 400',
      '200',
      '400',
      '400 200',
      'text/javascript',
      '200 400',
      '200',
      '401 400',
      '200',
    ]);
  });

  it('writes an address into the log as one line, whatever is in it', async () => {
    const notes = '\n\n@app.post("/notes/<name>")\ndef note(name):\n    session["name"] = name\n    return ""\n';
    const root = tree({ 'app.py': app + notes, 'templates/index.html': index });
    await add(root);
    const told = check(
      root,
      `
import io, logging
heard = io.StringIO()
logging.getLogger("security.csrf").addHandler(logging.StreamHandler(heard))
c.post("/notes/a%0aforged", headers={"Sec-Fetch-Site": "cross-site"})
print(heard.getvalue())
`,
    );
    expect(told.trim()).toBe("request of another site refused: '/notes/a\\nforged'");
  });

  it('completes forms of strings in the code, but for those of other sites, searches and scripts', async () => {
    const root = tree({ 'app.py': app, 'templates/index.html': index });
    await add(root);
    const told = check(
      root,
      'r = c.get("/old"); print(r.text.count("csrf_token"), r.headers["Cache-Control"]); print(r.text)',
    );
    expect(told).toContain('1 private, no-store');
    expect(told).toContain('<form method=post action="/old"><input type="hidden" name="csrf_token" value="');
  });

  it('exempts a blueprint that a decorated hook authenticates, whatever its views keep in g', async () => {
    const code = `from flask import Blueprint, Flask, g, jsonify, session
from flask_httpauth import HTTPBasicAuth

app = Flask(__name__)
app.secret_key = "k"
auth = HTTPBasicAuth()
api = Blueprint("api", __name__)


@api.before_request
@auth.login_required
def before():
    pass


@api.post("/a")
def a():
    return jsonify(g.current_user)


@api.post("/b")
def b():
    return jsonify(g.current_user)


@app.post("/")
def index():
    session["a"] = 1
    return ""
`;
    const root = tree({ 'app.py': code });
    await add(root);
    expect(exemptions(root)).toEqual(['"api.*"']);
  });

  it('takes exemptions that the user names', async () => {
    const root = tree({ 'app.py': app, 'templates/index.html': index });
    await add(root, { exempt: 'takes_json, /partner/' });
    expect(exemptions(root)).toEqual(['"paid"', '"api.*"', '"issue"', '"takes_json"', '"/partner/*"']);
  });

  it('is withheld from an app that cannot sign a token', async () => {
    const root = tree({ 'app.py': app.replace(/app.config.*\n/, ''), 'templates/index.html': index });
    const { files, byHand } = await add(root);
    expect(files.map(({ path }) => path)).not.toContain('templates/index.html');
    expect(byHand).toMatchObject([
      { what: expect.stringContaining('SECRET_KEY'), snippet: 'dewar add secret-key csrf' },
    ]);
  });

  it('brings a test that fails when a route is open', async () => {
    const root = tree({ 'app.py': app, 'templates/index.html': index });
    await add(root);
    const walk = ['-m', 'unittest', 'tests/test_security_csrf.py'];
    run(python, walk, { cwd: root });
    const file = join(root, 'security/__init__.py');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^ {4}csrf\.init_app.*\n/m, ''));
    expect(() => run(python, walk, { cwd: root })).toThrow();
  });

  it('completes an own CSRFProtect with the field, in the name that SeaSurf has for it too', async () => {
    for (const [made, field] of [
      ['from flask_wtf import CSRFProtect\nCSRFProtect(app)', 'csrf_token'],
      ['from flask_seasurf import SeaSurf\nSeaSurf(app)', '_csrf_token'],
    ]) {
      const root = tree({ 'app.py': `${app}${made}\n`, 'templates/index.html': '<form method="post"></form>\n' });
      const { files } = await add(root);
      expect(files.map(({ path }) => path)).not.toContain('security/csrf.py');
      expect(readFileSync(join(root, 'templates/index.html'), 'utf8')).toContain(`name="${field}"`);
    }
  });

  it('shares the exemptions of an own CSRFProtect that nobody initialised', async () => {
    const own = app
      .replace('app = Flask', 'from flask_wtf import CSRFProtect\n\ncsrf = CSRFProtect()\napp = Flask')
      .replace('@app.post("/json")', '@app.post("/json")\n@csrf.exempt');
    const root = tree({ 'app.py': own, 'templates/index.html': index });
    await add(root);
    expect(check(root, 'c.get("/"); print(c.post("/json", json={}).status_code, c.post("/").status_code)')).toBe(
      '200 400\n',
    );
  });

  it('switches the check on where the app switched it off', async () => {
    const root = tree({
      'app.py': app.replace('api =', 'app.config["WTF_CSRF_ENABLED"] = False\napi ='),
      'templates/index.html': index,
    });
    await add(root);
    expect(readFileSync(join(root, 'app.py'), 'utf8')).toContain('app.config["WTF_CSRF_ENABLED"] = True');
    expect(check(root, 'print(c.post("/").status_code)')).toBe('400\n');
  });
});
