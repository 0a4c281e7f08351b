import { describe, expect, it } from 'vitest';
import { row } from '../support/audit-row.ts';

const head = 'import os\nfrom flask import Flask, session\napp = Flask(__name__)\nsession["a"] = 1\n';

describe('a setting', () => {
  const secure = 'app.config.update(SESSION_COOKIE_SAMESITE="Lax")\n';
  const on = '    app.config["SESSION_COOKIE_SECURE"] = True\n';

  it.each([
    ['under a variable that is off by default is not there', 'if os.getenv("HTTPS_ONLY"):\n', 'partial'],
    ['under a variable that is on by default is there', 'if os.getenv("HTTPS", "1") != "0":\n', 'implemented'],
    ['under a test for production is there', 'if os.getenv("APP_ENV") == "production":\n', 'implemented'],
    ['under a test for debug is there', 'if not app.debug:\n', 'implemented'],
    ['under a setting that is off is not there', 'app.config["TLS"] = False\nif app.config["TLS"]:\n', 'partial'],
  ])('%s', async (_, condition, state) => {
    expect((await row({ 'app.py': head + secure + condition + on }, 'cookies')).state).toBe(state);
  });

  it.each([
    ['a dictionary with a name', 'options = {"SECRET_KEY": "4d1f2a0b9c8e"}\napp.config.from_mapping(options)\n'],
    [
      'a dictionary that is filled in afterwards',
      'options = {}\noptions["SECRET_KEY"] = "4d1f2a0b9c8e"\napp.config.update(options)\n',
    ],
    [
      'a dictionary that another is merged into',
      'base = {"SECRET_KEY": "4d1f2a0b9c8e"}\napp.config.update({**base, "A": 1})\n',
    ],
    ['a call of dict', 'options = dict(SECRET_KEY="4d1f2a0b9c8e")\napp.config.update(options)\n'],
  ])('of %s counts', async (_, code) => {
    const { state, found } = await row({ 'app.py': head + code }, 'secret-key');
    expect(state).toBe('missing');
    expect(found[0]).toMatch(/^hardcoded app\.py:/);
  });

  it('of a manager that gets the app counts, and the environment may override what its table of defaults says', async () => {
    const manager = `import os
DEFAULTS = {"SECRET_KEY": "changeMe", "DEBUG": False}
class Manager:
    def __init__(self):
        self.config = dict()
    def init_app(self, app):
        self.config.update({key: os.environ.get(key, value) for key, value in DEFAULTS.items()})
        self.config["SESSION_COOKIE_SAMESITE"] = "Strict"
        app.config.update(self.config)
`;
    const factory = `from flask import Flask, session
from manager import Manager
def make(config):
    app = Flask(__name__)
    config.init_app(app)
    return app
def create_app():
    session["a"] = 1
    return make(Manager())
`;
    const files = { 'app.py': factory, 'manager.py': manager };
    expect(await row(files, 'secret-key')).toEqual({
      state: 'partial',
      found: ['hardcoded manager.py:2', 'no-rotation'],
    });
    expect((await row(files, 'cookies')).found).not.toContain('no-samesite');
  });

  it('that a module of its own reads from a file is settings from outside', async () => {
    const settings = 'import yaml\ndef load():\n    with open("s.yml") as file:\n        return yaml.safe_load(file)\n';
    const app =
      'from flask import Flask\nfrom settings import load\nsettings = load()\napp = Flask(__name__)\napp.secret_key = settings["server"]["key"]\n';
    const files = { 'app.py': app, 'settings.py': settings };
    expect((await row(files, 'config')).state).toBe('partial');
    expect(await row(files, 'secret-key')).toEqual({ state: 'partial', found: ['no-rotation'] });
  });

  it.each([
    ['config.py', 'app.config.from_pyfile("config.py")'],
    ['instance/shop.cfg', 'app.config.from_pyfile("shop.cfg", silent=True)'],
    ['conf/settings.cfg', 'app.config.from_pyfile(os.path.join(app.root_path, "settings.cfg"))'],
  ])('that stands in the committed file %s counts', async (file, code) => {
    const files = { 'app.py': `${head}${code}\n`, [file]: 'SECRET_KEY = "4d1f2a0b9c8e"\n' };
    expect(await row(files, 'secret-key')).toEqual({ state: 'missing', found: [`hardcoded ${file}:1`, 'no-rotation'] });
  });

  it('of a file that is not committed may hold the key, which still cannot be changed', async () => {
    const files = { 'app.py': `${head}app.config.from_pyfile("shop.cfg")\n` };
    expect(await row(files, 'secret-key')).toEqual({ state: 'partial', found: ['no-rotation'] });
  });

  it('that cannot be followed at all is unknown', async () => {
    const app = `${head}import shop\napp.secret_key = shop.registry["key"]\n`;
    expect(
      (await row({ 'app.py': app, 'README.md': 'How to rotate SECRET_KEY: see below.' }, 'secret-key')).state,
    ).toBe('unknown');
  });
});

describe('a page on rotation', () => {
  it.each([
    ['of the key that signs', 'To rotate the SECRET_KEY, restart the app.', []],
    ['of another key says nothing', 'DNSSEC key rotation is now automatic.', ['no-rotation']],
  ])('%s', async (_, page, found) => {
    const app = `${head}app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]\n`;
    expect((await row({ 'app.py': app, 'docs/a.md': page }, 'secret-key')).found).toEqual(found);
  });
});

describe('a production server is seen', () => {
  const app = { 'app.py': head, 'requirements.txt': 'flask\ngunicorn\n' };

  it('where an entry script keeps its command in a variable', async () => {
    const entry = '#!/bin/sh\ncmd="exec gunicorn app:app \\\n  -b 0.0.0.0:8000"\neval "$cmd"\n';
    const files = { ...app, Dockerfile: 'FROM python:3\nENTRYPOINT ["/src/conf/entry.sh"]\n', 'conf/entry.sh': entry };
    expect((await row(files, 'server')).found).not.toContain('not-started requirements.txt:2');
  });

  it.each([
    ['its own application', 'from gunicorn.app.wsgiapp import WSGIApplication\nWSGIApplication().run()\n'],
    [
      'a class of the app',
      'from gunicorn.app.base import BaseApplication\nclass Own(BaseApplication):\n    pass\nOwn().run()\n',
    ],
  ])('where code starts %s', async (_, code) => {
    expect((await row({ ...app, 'serve.py': code }, 'server')).found).not.toContain('not-started requirements.txt:2');
  });
});

describe('error handlers are seen', () => {
  it('where a loop gives them to the decorator', async () => {
    const code =
      'def answer(error):\n    return "sorry", 500\nfor code in [404, 500]:\n    app.errorhandler(code)(answer)\n';
    expect(await row({ 'app.py': head + code }, 'errors')).toEqual({ state: 'implemented', found: [] });
  });
});

describe('error handlers are not seen', () => {
  const errors =
    'def init_app(app):\n    @app.errorhandler(404)\n    @app.errorhandler(500)\n    def answer(error):\n        return "sorry", 500\n';
  const use = (call: string): string =>
    `import errors\nfrom flask import Flask\ndef create_app():\n    app = Flask(__name__)\n    ${call}\n    return app\n`;

  it.each([
    ['pass', 'missing'],
    ['errors.init_app(app)', 'implemented'],
    ['for part in (errors,):\n        part.init_app(app)'.replace('\\n', '\n'), 'implemented'],
  ])('where nothing calls the function that registers them: %s', async (call, state) => {
    expect((await row({ 'app.py': use(call), 'errors.py': errors }, 'errors')).state).toBe(state);
  });
});

describe('a header', () => {
  const hook = (body: string): string =>
    `${head}@app.after_request\ndef headers(response):\n    response.headers["X-Frame-Options"] = "DENY"\n${body}    return response\n`;

  it('under a variable that is off by default is not there', async () => {
    const hsts =
      '    if os.environ.get("HTTPS_ONLY", False):\n        response.headers["Strict-Transport-Security"] = "max-age=31536000"\n';
    expect((await row({ 'app.py': hook(hsts) }, 'headers')).found).toContain('no-hsts');
  });

  it('over HTTPS only is there', async () => {
    const hsts =
      '    if request.is_secure:\n        response.headers["Strict-Transport-Security"] = "max-age=31536000"\n';
    expect((await row({ 'app.py': hook(hsts) }, 'headers')).found).not.toContain('no-hsts');
  });

  it('of SSLify counts where one class of production switches it on', async () => {
    const config =
      'import os\nclass Config:\n    TLS = False\nclass HerokuConfig(Config):\n    TLS = True if os.getenv("DYNO") else False\nclass DockerConfig(Config):\n    pass\nconfigs = {"heroku": HerokuConfig, "docker": DockerConfig, "unix": Config}\n';
    const app = `${head}from config import configs\nfrom flask_sslify import SSLify\napp.config.from_object(configs[os.environ["A"]])\nif app.config["TLS"]:\n    SSLify(app)\n`;
    expect((await row({ 'app.py': app, 'config.py': config }, 'headers')).state).toBe('partial');
  });
});

describe('a template of Cookiecutter', () => {
  it('is read as the app that it becomes, and quoted as it is written', async () => {
    const folder = '{{cookiecutter.name}}/{{cookiecutter.name}}';
    const app = `from flask import Flask, session
from {{cookiecutter.name}}.extensions import csrf
{%- if cookiecutter.cache == 'y' %}
from {{ cookiecutter.name }}.extensions import cache
{%- endif %}
def create_app(config="{{cookiecutter.name}}.settings"):
    app = Flask(__name__)
    app.config.from_object(config)
    csrf.init_app(app)
    session["a"] = 1
    return app
`;
    const files = {
      [`${folder}/__init__.py`]: '',
      [`${folder}/app.py`]: app,
      [`${folder}/extensions.py`]: 'from flask_wtf import CSRFProtect\ncsrf = CSRFProtect()\n',
      [`${folder}/settings.py`]: 'SECRET_KEY = "{{cookiecutter.name}}"\n',
    };
    expect((await row(files, 'csrf')).state).toBe('implemented');
    expect((await row(files, 'secret-key')).found).toContain(`hardcoded ${folder}/settings.py:1`);
  });
});

describe('cookies', () => {
  const tokens =
    'from flask import Flask\nfrom flask_jwt_extended import JWTManager\napp = Flask(__name__)\nJWTManager(app)\n';

  it('are none where tokens go in a header, and some where they are told to', async () => {
    expect((await row({ 'app.py': tokens }, 'cookies')).state).toBe('n-a');
    const kept = `${tokens}app.config["JWT_TOKEN_LOCATION"] = ["cookies"]\n`;
    expect((await row({ 'app.py': kept }, 'cookies')).state).not.toBe('n-a');
  });
});

describe('a session', () => {
  const signIn = (cookie: string): string =>
    `import uuid\nfrom flask import Flask, make_response, request\napp = Flask(__name__)\ndef login():\n    answer = make_response("a")\n    ${cookie}\n    return answer\n`;

  it.each([
    ['answer.set_cookie("username", request.form["name"])', 'missing'],
    ['answer.set_cookie("shop_session", request.form["name"])', 'missing'],
    ['answer.set_cookie("shop_session", uuid.uuid4().hex)', 'n-a'],
    ['answer.set_cookie("user_id", "")', 'n-a'],
    ['answer.set_cookie("language", request.form["name"])', 'n-a'],
  ])('made by hand, %s, is %s', async (cookie, state) => {
    expect((await row({ 'app.py': signIn(cookie) }, 'sessions')).state).toBe(state);
  });

  it('is not written to by an update with nothing', async () => {
    const app = 'from flask import Flask, session\napp = Flask(__name__)\nsession["a"] = 1\nsession.update()\n';
    expect((await row({ 'app.py': app }, 'sessions')).found).toEqual(['cookie-sessions app.py:3']);
  });
});
