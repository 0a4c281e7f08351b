import { describe, expect, it } from 'vitest';
import { row } from '../support/audit-row.ts';

// Shapes of real apps on which a state or a finding was wrong once.

const head = 'import os\nfrom flask import Flask, request, session\napp = Flask(__name__)\n';
const config =
  'class BaseConfig:\n    SECRET_KEY = "4d1f2a0b9c8e"\nclass DevConfig(BaseConfig):\n    DEBUG = True\nclass ProdConfig(BaseConfig):\n    LOG_LEVEL = 1\n';

describe('the classes of a module of settings', () => {
  it.each([
    ['the environment', 'app.config.from_object(os.environ["APP_SETTINGS"])\n'],
    ['a file', 'app.config.from_object(open("tier").read())\n'],
  ])('are what a name from %s can mean', async (_, load) => {
    const files = { 'app.py': `${head}${load}session["a"] = 1\n`, 'config.py': config };
    expect(await row(files, 'secret-key')).toEqual({
      state: 'missing',
      found: ['hardcoded config.py:2', 'no-rotation'],
    });
    expect((await row(files, 'config')).state).toBe('implemented');
  });

  it('are counted by what the only caller of the factory asks for', async () => {
    const factory = `import config\nfrom flask import Flask\ndef create_app(settings=config.BaseConfig):\n    app = Flask(__name__)\n    app.config.from_object(settings)\n    return app\n`;
    const serve = 'import config\nfrom factory import create_app\napp = create_app(config.DevConfig)\n';
    const files = { 'factory.py': factory, 'serve.py': serve, 'config.py': config };
    expect((await row(files, 'config')).found).toContain('default-development serve.py:3');
  });

  it('are told from a name that is put together', async () => {
    const factory =
      'from flask import Flask\ndef create_app(name):\n    app = Flask(__name__)\n    app.config.from_object(name)\n    return app\n';
    const manage =
      'import os\nfrom factory import create_app\ncreate_app("config.%sConfig" % os.environ.get("TIER", "dev").capitalize())\n';
    const files = { 'factory.py': factory, 'manage.py': manage, 'config.py': config };
    expect((await row(files, 'config')).found).toEqual(['default-development manage.py:3']);
    expect((await row(files, 'debug')).found).toEqual(['default-on config.py:4']);
  });
});

it('a key of None waits for somebody to set it', async () => {
  const files = {
    'app.py': `${head}app.config["SECRET_KEY"] = None\n`,
    'README.md': 'Rotate the SECRET_KEY each year.',
  };
  expect((await row(files, 'secret-key')).state).toBe('unknown');
});

it('keys of tokens that come from a file are keys', async () => {
  const code = `${head}import jwt\nKEY = open(os.environ["KEY_FILE"]).read()\njwt.encode({}, KEY)\n`;
  expect(await row({ 'app.py': code }, 'secret-key')).toEqual({ state: 'partial', found: ['no-rotation'] });
});

describe('what starts the app is seen', () => {
  const app = { 'app.py': head, 'requirements.txt': 'gunicorn\n' };
  const script = '#!/bin/sh\nif [ "$1" = web ]; then\n  gunicorn app:app &\nfi\n';

  it.each([
    ['behind nohup', { 'compose.yaml': 'services:\n  web:\n    command: nohup ./start.sh web\n', 'start.sh': script }],
    [
      'in an image with a name of its own',
      { 'Dockerfile-release': 'FROM python:3\nENTRYPOINT ["/start.sh"]\n', 'start.sh': script },
    ],
    ['by its name on Debian', { 'a.service': '[Service]\nExecStart=/usr/bin/env gunicorn3 app:app\n' }],
  ])('%s', async (_, files) => {
    expect((await row({ ...app, ...files }, 'server')).found).not.toContain('not-started requirements.txt:1');
  });

  it('by a server of Waitress, and by a socket server for development', async () => {
    const waitress = `${head}from waitress.server import create_server\ncreate_server(app)\n`;
    expect((await row({ 'app.py': waitress }, 'server')).state).toBe('partial');
    const sockets = `${head}from flask_socketio import SocketIO\nsocket_io = SocketIO(app)\n`;
    const run = 'from app import app, socket_io\nsocket_io.run(app, debug=True)\n';
    expect((await row({ 'app.py': sockets, 'run.py': run }, 'debug')).found).toEqual(['run-debug run.py:2']);
  });
});

describe('error handlers are seen', () => {
  it.each(['requests.codes.NOT_FOUND', 'HTTPStatus.NOT_FOUND', 'HTTPStatus.NOT_FOUND.value'])(
    'for %s',
    async (code) => {
      const app = `import requests\nfrom http import HTTPStatus\n${head}def answer(e):\n    return "sorry", 404\nfor code in [${code}]:\n    app.errorhandler(code)(answer)\n`;
      expect((await row({ 'app.py': app }, 'errors')).found).toEqual(['no-500']);
    },
  );
});

it('packages that were installed into the repository are not the app', async () => {
  const library = 'from flask import session\nsession["a"] = 1\n';
  const files = {
    'app.py': head,
    'libs/flask/__init__.py': library,
    'libs/werkzeug/__init__.py': '',
    'libs/own.py': library,
  };
  expect((await row(files, 'sessions')).state).toBe('n-a');
});

it('extensions of the time before Flask 1.0 are known by their old names', async () => {
  const app = `${head}from flask.ext.login import LoginManager, login_user\nLoginManager(app)\nlogin_user(1)\n`;
  expect((await row({ 'app.py': app }, 'sessions')).found).toEqual(['cookie-sessions app.py:6']);
});

it('a cookie with the id of a user says who it is', async () => {
  const app = `${head}def login(answer, user):\n    answer.set_cookie("user_id", str(user.id))\n`;
  expect((await row({ 'app.py': app }, 'sessions')).found).toContain('handmade-cookie app.py:5');
});

it('a switch that a command line asks for is off', async () => {
  const app = `${head}if args.dev:\n    app.config["DEBUG"] = True\nelse:\n    app.config["DEBUG"] = False\n`;
  expect(await row({ 'app.py': app }, 'debug')).toEqual({ state: 'implemented', found: [] });
});

it("Amazon's controller speaks TLS where it is given a certificate", async () => {
  const ingress =
    'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  annotations:\n    alb.ingress.kubernetes.io/certificate-arn: arn\nspec:\n  rules: []\n';
  const files = { 'app.py': head, Procfile: 'web: gunicorn app:app\n', 'k8s/ingress.yml': ingress };
  expect((await row(files, 'server')).found).toEqual([]);
});

it('an own check that the base class of views makes is a check', async () => {
  const base =
    'class Handler:\n    def _check_csrf(self):\n        pass\n    def process(self):\n        self._check_csrf()\n';
  const view = 'session["user"] = 1\n@app.post("/")\ndef view():\n    return "a"\n';
  expect((await row({ 'app.py': head + view, 'base.py': `import flask\n${base}` }, 'csrf')).state).toBe('implemented');
  const unused = base.replace('self._check_csrf()', 'pass');
  expect((await row({ 'app.py': head + view, 'base.py': `import flask\n${unused}` }, 'csrf')).state).toBe('missing');
});

it("an interface of sessions may be an attribute of the app's own class", async () => {
  const app =
    'from flask import Flask, session\nfrom flask.sessions import SessionInterface\nclass Own(SessionInterface):\n    pass\nclass Shop(Flask):\n    session_interface = Own()\napp = Shop("shop")\nsession["a"] = 1\n';
  expect(await row({ 'app.py': app }, 'sessions')).toEqual({ state: 'implemented', found: [] });
});

describe('a header', () => {
  const hook = (body: string): string =>
    `${head}import config\n@app.after_request\ndef headers(response):\n${body}    return response\n`;

  it('whose name stands in a dictionary is there', async () => {
    const body =
      '    names = {"A": "Content-Security-Policy"}\n    for key in names:\n        response.headers[names[key]] = config.A\n';
    expect((await row({ 'app.py': hook(body) }, 'headers')).found).not.toContain('no-csp');
  });

  it('under a setting of a module that is off is not there', async () => {
    const body =
      '    response.headers["X-Frame-Options"] = "DENY"\n    if config.HSTS and config.VALUE != "":\n        response.headers["Strict-Transport-Security"] = config.VALUE\n';
    const files = { 'app.py': hook(body), 'config.py': 'HSTS = False\nVALUE = "max-age=31536000"\nSECRET_KEY = ""\n' };
    expect((await row(files, 'headers')).found).toContain('no-hsts');
  });
});

it.each([
  ['form.save(request.form)', []],
  ['upload.save("d/" + request.form["name"])', ['unchecked-upload app.py:6']],
])('what is saved as %s', async (code, found) => {
  const app = `${head}@app.post("/")\ndef view():\n    ${code}\n`;
  expect((await row({ 'app.py': app }, 'files')).found).toEqual(found);
});

it('what a helper gives back as one of several things is no page of the request', async () => {
  const app = `${head}def load(name):\n    return True, "no " + name\n@app.get("/<name>")\ndef view(name):\n    failed, answer = load(name)\n    return answer\n`;
  expect((await row({ 'app.py': app }, 'templating')).found).toEqual([]);
});

it('errors that go past the error pages leave the row of debug as it is', async () => {
  const app = `${head}app.config["PROPAGATE_EXCEPTIONS"] = True\n`;
  expect(await row({ 'app.py': app }, 'debug')).toEqual({
    state: 'implemented',
    found: ['propagates-errors app.py:4'],
  });
});

it('a program behind a variable is seen', async () => {
  const files = {
    'app.py': head,
    Dockerfile: 'FROM python:3\nENTRYPOINT ["/start.sh"]\n',
    'start.sh': '#!/bin/sh\nexec $SU "${PYTHON}" /venv/bin/gunicorn app:app\n',
  };
  expect((await row(files, 'server')).state).toBe('partial');
});

it('an object of an own class may give extensions the app, under settings that are on', async () => {
  const setup =
    'from extensions import csrf\nclass Setup:\n    def __init__(self, app):\n        self.app = app\n        self.config = app.config\n    def run(self):\n        self.forms()\n    def forms(self):\n        if self.config["WTF_CSRF_ENABLED"]:\n            csrf.init_app(self.app)\n';
  const app = `${head}from setup import Setup\napp.config["WTF_CSRF_ENABLED"] = True\nsession["a"] = 1\napp.config.get("SETUP", Setup)(app).run()\n`;
  const files = {
    'app.py': app,
    'setup.py': setup,
    'extensions.py': 'from flask_wtf import CSRFProtect\ncsrf = CSRFProtect()\n',
  };
  expect(await row(files, 'csrf')).toEqual({ state: 'implemented', found: [] });
});

it('a package with a marker in quotes of the other kind is installed', async () => {
  const project =
    '[project]\nname = "shop"\ndependencies = [\n  "flask",\n  "gunicorn>=22; sys_platform != \'win32\'",\n]\n';
  expect((await row({ 'app.py': head, 'pyproject.toml': project }, 'server')).found).toContain(
    'not-started pyproject.toml:5',
  );
});
