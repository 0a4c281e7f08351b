import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tree } from '../support/tree.ts';
import { csrf, sessions, setting, wireInto } from '../support/wired.ts';

const factory = (body: string, head = '') =>
  `from flask import Flask\n${head}\n\ndef create_app(test_config=None):\n    app = Flask(__name__)\n${body}    return app\n`;

/** Wires, checks that a second run plans nothing, and gives the text of a file. */
async function wired(
  files: Record<string, string>,
  changes: Parameters<typeof wireInto>[1],
  path = 'app.py',
): Promise<string> {
  const root = tree(files);
  expect((await wireInto(root, changes)).byHand).toEqual([]);
  expect(await wireInto(root, changes)).toEqual({ splices: [], byHand: [] });
  return readFileSync(join(root, path), 'utf8');
}

describe('an extension', () => {
  it('is made above the factory and initialised behind the configuration', async () => {
    expect(await wired({ 'app.py': factory('    app.config["A"] = 1\n') }, [csrf])).toBe(
      'from flask import Flask\nfrom flask_wtf.csrf import CSRFProtect\n\ncsrf = CSRFProtect()\n\n\ndef create_app(test_config=None):\n    app = Flask(__name__)\n    app.config["A"] = 1\n\n    csrf.init_app(app)\n    return app\n',
    );
  });

  it('is made beside the others in their module and imported from there', async () => {
    const files = {
      'web/__init__.py': factory('    db.init_app(app)\n', 'from .ext import db\n'),
      'web/ext.py': 'from flask_sqlalchemy import SQLAlchemy\n\ndb = SQLAlchemy()\n',
    };
    const root = tree(files);
    await wireInto(root, [csrf, sessions]);
    expect(readFileSync(join(root, 'web/ext.py'), 'utf8')).toBe(
      'from flask_session import Session\nfrom flask_sqlalchemy import SQLAlchemy\nfrom flask_wtf.csrf import CSRFProtect\n\ndb = SQLAlchemy()\nserver_session = Session()\ncsrf = CSRFProtect()\n',
    );
    const app = readFileSync(join(root, 'web/__init__.py'), 'utf8');
    expect(app).toContain('from .ext import csrf, db, server_session\n');
    expect(app).toContain('    db.init_app(app)\n    server_session.init_app(app)\n    csrf.init_app(app)\n');
  });

  it('that was made and never initialised only gets the app', async () => {
    const text = await wired(
      { 'app.py': factory('', 'from flask_wtf import CSRFProtect\n\nprotect = CSRFProtect()\n') },
      [csrf],
    );
    expect(text.match(/CSRFProtect\(\)/g)).toHaveLength(1);
    expect(text).toContain('    protect.init_app(app)\n');
  });

  it.each(['    csrf.init_app(app)\n', '    for e in (csrf,):\n        e.init_app(app)\n'])(
    'that is there already is left alone: %s',
    async (body) => {
      const before = factory(body, 'from flask_wtf import CSRFProtect\n\ncsrf = CSRFProtect()\n');
      expect(await wired({ 'app.py': before }, [csrf])).toBe(before);
    },
  );

  it('gets another name where its own is taken', async () => {
    expect(await wired({ 'app.py': factory('', 'from own import csrf\n') }, [csrf])).toContain(
      '    csrf_extension.init_app(app)\n',
    );
  });

  it('comes before the routes of a module-level app, behind its settings', async () => {
    const before =
      'from flask import Flask\n\napp = Flask(__name__)\napp.config["A"] = 1\n\n@app.route("/")\ndef index(): return ""\n\napp.config["LATE"] = 1\n';
    const text = await wired({ 'app.py': before }, [csrf, setting('B', '2')]);
    expect(text).toContain('app.config["A"] = 1\napp.config["B"] = 2\n\ncsrf.init_app(app)\n\n@app.route');
  });

  it('is put behind a branch, not into it', async () => {
    const text = await wired({ 'app.py': factory('    if test_config:\n        app.config.update(test_config)\n') }, [
      csrf,
    ]);
    expect(text).toContain('        app.config.update(test_config)\n\n    csrf.init_app(app)\n');
  });

  it('of a module of the same plan is called through it', async () => {
    const root = tree({ 'web/__init__.py': factory('') });
    const options = { modules: new Set(['csrf']) };
    await wireInto(root, [csrf], options);
    const text = readFileSync(join(root, 'web/__init__.py'), 'utf8');
    expect(text).toContain('from .security import csrf as csrf_security\n');
    expect(text).toContain('    csrf_security.init_app(app, csrf)\n');
    expect((await wireInto(root, [csrf], options)).splices).toEqual([]);
  });

  it('keeps Windows line ends, tabs and the byte order mark', async () => {
    const before = `\ufeff${factory('\tdb.x = 1\n').replaceAll('    ', '\t').replaceAll('\n', '\r\n')}`;
    const text = await wired({ 'app.py': before }, [csrf]);
    expect(text.startsWith('\ufeff')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    expect(text).toContain('\r\n\tcsrf.init_app(app)\r\n');
  });

  it('is a step by hand where the statement cannot be edited', async () => {
    const root = tree({
      'app.py':
        'from flask import Flask\ndef create_app():\n    app = Flask(__name__); app.config["A"] = 1\n    return app\n',
    });
    const { byHand } = await wireInto(root, [csrf]);
    expect(byHand).toMatchObject([{ place: { file: 'app.py', line: 3 }, snippet: 'csrf.init_app(app)' }]);
  });
});

describe('a setting', () => {
  it.each([
    [
      'a keyword of from_mapping',
      '    app.config.from_mapping(\n        A=1,\n    )\n',
      '        A=1,\n        B=2,\n    )',
    ],
    ['an entry of its dictionary', '    app.config.from_mapping({"A": 1})\n', '({"A": 1, "B": 2})'],
    [
      'a statement before what may override it',
      '    app.config.from_pyfile("x.py")\n',
      '    app = Flask(__name__)\n    app.config["B"] = 2\n    app.config.from_pyfile',
    ],
  ])('becomes %s', async (_, body, after) => {
    expect(await wired({ 'app.py': factory(body) }, [setting('B', '2')])).toContain(after);
  });

  it('becomes an attribute of the class of its tier', async () => {
    const config =
      'class Config:\n    A = 1\n\nclass Dev(Config):\n    pass\n\nclass Prod(Config):\n    """Live."""\n\nall = {"d": Dev, "p": Prod}\n';
    const files = {
      'app.py': factory('    app.config.from_object(all["p"])\n', 'from config import all\n'),
      'config.py': config,
    };
    const changes = [setting('B', '2'), setting('C', '3', 'production'), setting('D', '4', 'development')];
    expect(await wired(files, changes, 'config.py')).toBe(
      'class Config:\n    A = 1\n    B = 2\n\nclass Dev(Config):\n    D = 4\n\nclass Prod(Config):\n    """Live."""\n\n    C = 3\n\nall = {"d": Dev, "p": Prod}\n',
    );
  });

  it('for the tests never reaches a class of another tier', async () => {
    const config =
      'class Config:\n    WTF_CSRF_ENABLED = True\n\nclass TestingConfig(Config):\n    TESTING = True\n\nall = {"a": Config, "t": TestingConfig}\n';
    const files = {
      'app.py': factory('    app.config.from_object(all["a"])\n', 'from config import all\n'),
      'config.py': config,
    };
    const text = await wired(files, [setting('WTF_CSRF_ENABLED', 'False', 'testing')], 'config.py');
    expect(text).toBe(config.replace('    TESTING = True\n', '    TESTING = True\n    WTF_CSRF_ENABLED = False\n'));
  });

  it('for production leaves the class of all tiers as it is', async () => {
    const config =
      'class Config:\n    A = False\n\nclass Dev(Config):\n    pass\n\nclass Prod(Config):\n    pass\n\nall = [Dev, Prod]\n';
    const files = {
      'app.py': factory('    app.config.from_object(all[0])\n', 'from config import Dev, Prod, all\n').replace(
        'all[0]',
        'Dev if test_config else Prod',
      ),
      'config.py': config,
    };
    const changes = [setting('A', 'True', 'production'), setting('B', '1', 'production')];
    const text = await wired(files, changes, 'config.py');
    expect(text).toBe(config.replace('class Prod(Config):\n    pass', 'class Prod(Config):\n    A = True\n    B = 1'));
  });

  it('replaces another plain value, and leaves an expression to a person', async () => {
    expect(await wired({ 'app.py': factory('    app.config["B"] = False\n') }, [setting('B', 'True')])).toContain(
      'app.config["B"] = True',
    );
    const root = tree({ 'app.py': factory('    app.config["B"] = f()\n') });
    expect((await wireInto(root, [setting('B', 'True')])).byHand[0]?.what).toContain('B = f() now');
  });

  it('that comes from the environment brings its import', async () => {
    const variable = { ...setting('B', ''), value: { variable: 'B_URL', type: 'secret' } as const };
    const text = await wired({ 'app.py': factory('    app.config["A"] = 1\n') }, [variable]);
    expect(text.startsWith('import os\n')).toBe(true);
    expect(text).toContain('app.config["B"] = os.environ.get("B_URL")');
  });
});

describe('a setting of the tests', () => {
  const off = setting('WTF_CSRF_ENABLED', 'False', 'testing');

  it.each([
    [
      'a dictionary for the factory',
      'app = create_app({"TESTING": True})\n',
      '{"TESTING": True, "WTF_CSRF_ENABLED": False}',
    ],
    ['an update', 'app.config.update(TESTING=True)\n', '(TESTING=True, WTF_CSRF_ENABLED=False)'],
    ['a statement', 'app.config["TESTING"] = True\n', '= True\napp.config["WTF_CSRF_ENABLED"] = False\n'],
    ['an attribute', 'app.testing = True\n', '= True\napp.config["WTF_CSRF_ENABLED"] = False\n'],
  ])('joins %s', async (_, line, after) => {
    const files = { 'app.py': factory(''), 'tests/conftest.py': `from app import create_app\n${line}` };
    expect(await wired(files, [off], 'tests/conftest.py')).toContain(after);
  });

  it('joins a class that the tests derive from the app', async () => {
    const files = {
      'app.py': factory('    app.config.from_object(Config)\n', 'from config import Config\n'),
      'config.py': 'class Config:\n    A = 1\n',
      'tests.py': 'from config import Config\nclass TestConfig(Config):\n    TESTING = True\n',
    };
    expect(await wired(files, [off], 'tests.py')).toContain('    TESTING = True\n    WTF_CSRF_ENABLED = False\n');
  });
});
