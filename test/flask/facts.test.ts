import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { effective } from '../../src/flask/facts.ts';
import { readApp } from '../../src/flask/read.ts';
import { tree } from '../support/tree.ts';

describe('the place where an app is made', () => {
  it('is a factory, with the anchor behind its last init_app', async () => {
    const root = tree({
      'web/__init__.py':
        'from flask import Flask\nfrom .ext import db\n\ndef create_app():\n    app = Flask(__name__)\n    db.init_app(app)\n    return app\n',
      'web/ext.py': 'from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n',
      'run.py': 'from web import create_app\napp = create_app()\n',
    });
    const { sites, extensions } = await readApp(root);
    expect(sites).toHaveLength(1);
    expect(sites[0]).toMatchObject({
      kind: 'factory',
      factory: 'create_app',
      variable: 'app',
      file: 'web/__init__.py',
      line: 5,
    });
    expect(sites[0]?.anchor).toMatchObject({ line: 6, variable: 'app', kind: 'init' });
    expect(extensions[0]).toMatchObject({ target: 'web.ext.db', initialised: { file: 'web/__init__.py', line: 6 } });
  });

  it('is found through subclasses over files', async () => {
    const root = tree({
      'web/base.py':
        'import flask\nclass Own(flask.Flask):\n    def __init__(self):\n        self.config.from_mapping(A=1)\n',
      'web/app.py': 'from .base import Own as O\napplication = O()\n',
      'web/__init__.py': '',
    });
    const app = await readApp(root);
    expect(app.sites[0]).toMatchObject({ kind: 'module', variable: 'application', made: 'web.base.Own' });
    expect(effective(app, 'A')?.written).toBe('1');
  });

  it('has its anchor in the helper that initialises the extensions', async () => {
    const root = tree({
      'app.py':
        'from flask import Flask\nfrom flask_login import LoginManager\nlogin = LoginManager()\n\ndef register(a):\n    login.init_app(a)\n\ndef create_app():\n    app = Flask(__name__)\n    register(app)\n    return app\n',
    });
    expect((await readApp(root)).sites[0]?.anchor).toMatchObject({ line: 6, variable: 'a' });
  });

  it('is the production one where tests make others', async () => {
    const root = tree({
      'tests/test_x.py': 'from flask import Flask\napp = Flask("x")\n',
      'srv.py': 'from flask import Flask\napp = Flask("y")\n',
    });
    expect((await readApp(root)).sites.map(({ file }) => file)).toEqual(['srv.py', 'tests/test_x.py']);
  });
});

describe('an extension', () => {
  it('counts as initialised in a loop, by its constructor and as an argument of a helper', async () => {
    const root = tree({
      'app.py': `from flask import Flask
from flask_a import A
from flask_b import B
from flask_c import C
from flask_d import D
a, b = None, None
x = A()
y = B()
w = D()

def helper(app, ext):
    ext.init_app(app)

def create_app():
    app = Flask(__name__)
    for each in (x,):
        each.init_app(app)
    z = C(app)
    helper(app, w)
    return app
`,
    });
    const { extensions } = await readApp(root);
    const initialised = extensions.map(({ variable, initialised: place }) => [variable, place?.line]);
    expect(initialised).toEqual([
      ['x', 17],
      ['y', undefined],
      ['w', 12],
      ['z', 18],
    ]);
  });

  it('is not initialised by a helper that nothing calls', async () => {
    const root = tree({
      'app.py':
        'from flask import Flask\nfrom flask_a import A\na = A()\napp = Flask("x")\ndef never(app):\n    a.init_app(app)\n',
    });
    expect((await readApp(root)).extensions[0]?.initialised).toBeUndefined();
  });
});

describe('the effective settings', () => {
  const factory = (line: string) =>
    `import os\nfrom flask import Flask\nfrom config import config, Config\n\ndef create_app(name="default", overrides=None):\n    app = Flask(__name__)\n    ${line}\n    return app\n`;
  const classes =
    'class Config:\n    A = 1\n    B = 1\nclass DevelopmentConfig(Config):\n    A = 2\nclass ProductionConfig(Config):\n    A = 3\nconfig = {"dev": DevelopmentConfig, "prod": ProductionConfig}\n';

  it.each([
    ['app.config.from_object(config[name])', '3', '1'],
    ['app.config.from_object(config.get(name))', '3', '1'],
    ['app.config.from_object("config.ProductionConfig")', '3', '1'],
    ['app.config.from_object(os.environ.get("X", "config.ProductionConfig"))', '3', '1'],
    ['app.config.from_object(Config)', '1', '1'],
    ['app.config.from_mapping(A=5, B=6)', '5', '6'],
    ['app.config.from_mapping({"A": 5})', '5', undefined],
    ['app.config.update(A=5); app.config["A"] = 7', '7', undefined],
  ])('of %s are A=%s and B=%s in production', async (line, a, b) => {
    const app = await readApp(tree({ 'app.py': factory(line), 'config.py': classes }));
    expect(effective(app, 'A', 'production')?.written).toBe(a);
    expect(effective(app, 'B', 'production')?.written).toBe(b);
  });

  it('differ by tier', async () => {
    const app = await readApp(
      tree({ 'app.py': factory('app.config.from_object(config[name])'), 'config.py': classes }),
    );
    expect(effective(app, 'A', 'development')?.written).toBe('2');
    expect(app.configClasses.map(({ target, tier }) => [target, tier])).toEqual([
      ['config.Config', 'base'],
      ['config.DevelopmentConfig', 'development'],
      ['config.ProductionConfig', 'production'],
    ]);
  });

  it('come from the default of a parameter and from a module', async () => {
    const app = await readApp(
      tree({
        'app.py':
          'from flask import Flask\nimport settings\n\ndef create_app(config=settings):\n    app = Flask(__name__)\n    app.config.from_object(config)\n    return app\n',
        'settings.py': 'A = 9\n',
      }),
    );
    expect(effective(app, 'A')?.file).toBe('settings.py');
  });

  it('that the caller, a file or the environment may give are told as open sources', async () => {
    const app = await readApp(
      tree({
        'app.py': factory(
          'app.config.update(overrides)\n    app.config.from_pyfile("x.py", silent=True)\n    app.config.from_prefixed_env()',
        ),
        'config.py': '',
      }),
    );
    expect(app.sources.map(({ kind, silent }) => [kind, silent])).toEqual([
      ['caller', false],
      ['pyfile', true],
      ['environment', false],
    ]);
  });
});

describe('files', () => {
  it('that cannot be read are told with the reason', async () => {
    const root = tree({
      'app.py': 'from flask import Flask\napp = Flask("x")\n',
      'big.py': `flask = "${'x'.repeat(1_100_000)}"`,
      'bin.py': new Uint8Array([0, 1, 2]),
      'utf16.html': new Uint8Array([0xff, 0xfe, 65, 0]),
      'conflict.py': 'import flask\n<<<<<<< a\nx = 1\n=======\nx = 2\n>>>>>>> b\n',
    });
    const { unread } = await readApp(root);
    expect(unread.map(({ file, why }) => `${file}: ${why}`).sort()).toEqual([
      'big.py: larger than 1 MB',
      'bin.py: binary: it holds a NUL byte',
      'conflict.py: not valid Python in line 2; the rest was read',
      'utf16.html: UTF-16, not UTF-8',
    ]);
  });

  it('of environments, build copies and behind symlinks are left out', async () => {
    const code = 'from flask import Flask\napp = Flask("x")\n';
    const root = tree({
      'app.py': code,
      'build/lib/app.py': code,
      'node_modules/a.py': code,
      'e/pyvenv.cfg': '',
      'e/lib/app.py': code,
    });
    mkdirSync(join(root, 'real'));
    symlinkSync(root, join(root, 'real', 'loop'));
    expect((await readApp(root)).files).toEqual(['app.py']);
  });

  it('that Git ignores are left out, and those that it keeps after all are not', async () => {
    const code = 'from flask import Flask\napp = Flask("x")\n';
    const root = tree({
      '.gitignore': '# note\n.env\n*.local.py\n!kept.local.py\n/instance/\nlogs/**/a.py\n[ab]x.py\n',
      'app.py': code,
      '.env': 'SECRET_KEY=1',
      'a.local.py': code,
      'kept.local.py': code,
      'instance/config.py': code,
      'web/instance/b.py': code,
      'logs/1/2/a.py': code,
      'ax.py': code,
      'web/.gitignore': 'c.py\n',
      'web/c.py': code,
    });
    const { files } = await readApp(root);
    expect(files).toEqual(['.gitignore', 'app.py', 'kept.local.py', 'web/.gitignore', 'web/instance/b.py']);
  });

  it('of a folder that does not exist are a clear error', async () => {
    await expect(readApp('/no/such/folder')).rejects.toThrow('There is no folder /no/such/folder.');
  });
});

describe('sessions and routes', () => {
  it('are found with their places', async () => {
    const root = tree({
      'app.py':
        'from flask import Flask, session as s\nimport flask\napp = Flask("x")\n\n@app.post("/a")\ndef a():\n    s["user"] = 1\n    flask.session.pop("user")\n\n@app.route("/b", methods=("get", "POST"))\ndef b():\n    session = {}\n    session["x"] = 1\n',
    });
    const { session, routes } = await readApp(root);
    expect(session.map(({ line, mode, key }) => [line, mode, key])).toEqual([
      [7, 'write', 'user'],
      [8, 'clear', 'user'],
    ]);
    expect(routes.map(({ rule, methods, view }) => [rule, methods, view])).toEqual([
      ['/a', ['POST'], 'app.a'],
      ['/b', ['GET', 'POST'], 'app.b'],
    ]);
  });
});
