import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readApp } from '../../src/flask/read.ts';
import { repairSetting } from '../../src/flask/repair.ts';
import { bootstrapTests } from '../../src/flask/test-bootstrap.ts';
import { tree } from '../support/tree.ts';
import { wireInto, writeSplices } from '../support/wired.ts';

const factory = (body: string, head = '') =>
  `from flask import Flask\n${head}\n\ndef create_app(test_config=None):\n    app = Flask(__name__)\n${body}    return app\n`;

/** Wires, checks that a second run plans nothing, and gives the text of a file. */
async function wired(files: Record<string, string>, path = 'app.py'): Promise<string> {
  const root = tree(files);
  expect((await wireInto(root)).byHand).toEqual([]);
  expect(await wireInto(root)).toEqual({ splices: [], byHand: [] });
  return readFileSync(join(root, path), 'utf8');
}

describe('the call of the package with the defences', () => {
  it('stands behind the configuration, with its import', async () => {
    expect(await wired({ 'app.py': factory('    app.config["A"] = 1\n') })).toBe(
      'import security\nfrom flask import Flask\n\n\ndef create_app(test_config=None):\n    app = Flask(__name__)\n    app.config["A"] = 1\n\n    security.init_app(app)\n    return app\n',
    );
  });

  it('stands behind the last extension, and is imported from the own package', async () => {
    const files = {
      'web/__init__.py': factory('    db.init_app(app)\n', 'from .ext import db\n'),
      'web/ext.py': 'from flask_sqlalchemy import SQLAlchemy\n\ndb = SQLAlchemy()\n',
    };
    const text = await wired(files, 'web/__init__.py');
    expect(text).toContain('from . import security\n');
    expect(text).toContain('    db.init_app(app)\n    security.init_app(app)\n');
  });

  it('stands behind the settings where what they come from is initialised first', async () => {
    const body = '    Config.init_app(app)\n    app.config.from_object(Config)\n';
    expect(await wired({ 'app.py': factory(body, 'from config import Config') })).toContain(
      '    app.config.from_object(Config)\n\n    security.init_app(app)\n',
    );
  });

  it('is named otherwise where the name is taken', async () => {
    expect(await wired({ 'app.py': factory('', 'from own import security\n') })).toContain(
      '    security_package.init_app(app)\n',
    );
  });

  it('comes before the routes of a module-level app, behind its settings', async () => {
    const before =
      'from flask import Flask\n\napp = Flask(__name__)\napp.config["A"] = 1\n\n@app.route("/")\ndef index(): return ""\n\napp.config["LATE"] = 1\n';
    expect(await wired({ 'app.py': before })).toContain('app.config["A"] = 1\n\nsecurity.init_app(app)\n\n@app.route');
  });

  it('gets the Flask app that Connexion has inside', async () => {
    const before =
      'import connexion\n\nouter = connexion.App(__name__)\nouter.app.config["A"] = 1\nouter.add_api("openapi.yml")\n';
    expect(await wired({ 'app.py': before })).toContain('\nsecurity.init_app(outer.app)\n');
  });

  it('is put behind a branch, not into it', async () => {
    const text = await wired({ 'app.py': factory('    if test_config:\n        app.config.update(test_config)\n') });
    expect(text).toContain('        app.config.update(test_config)\n\n    security.init_app(app)\n');
  });

  it('keeps Windows line ends, tabs and the byte order mark', async () => {
    const before = `\ufeff${factory('\tdb.x = 1\n').replaceAll('    ', '\t').replaceAll('\n', '\r\n')}`;
    const text = await wired({ 'app.py': before });
    expect(text.startsWith('\ufeff')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    expect(text).toContain('\r\n\tsecurity.init_app(app)\r\n');
  });

  it('is a step by hand where the statement cannot be edited', async () => {
    const root = tree({
      'app.py':
        'from flask import Flask\ndef create_app():\n    app = Flask(__name__); app.config["A"] = 1\n    return app\n',
    });
    const { byHand } = await wireInto(root);
    expect(byHand).toMatchObject([{ place: { file: 'app.py', line: 3 }, snippet: 'security.init_app(app)' }]);
  });
});

describe('an edit of the app', () => {
  it('brings its imports, under the names that the file has for them', async () => {
    const root = tree({ 'web/__init__.py': factory('    key = "dev"\n', 'import os as system\n') });
    const text = readFileSync(join(root, 'web/__init__.py'), 'utf8');
    const splice = {
      kind: 'splice',
      file: 'web/__init__.py',
      start: text.indexOf('"dev"'),
      expected: '"dev"',
      insert: '@@1@@.key(@@0@@.environ)',
      imports: [{ module: 'os' }, { security: 'keys' }],
      why: 'A key is no constant.',
      from: ['secret-key'],
    } as const;
    const { byHand } = await wireInto(root, { splices: [splice] });
    const after = readFileSync(join(root, 'web/__init__.py'), 'utf8');
    expect(byHand).toEqual([]);
    expect(after).toContain('    key = keys.key(system.environ)\n');
    expect(after).toContain('from .security import keys\n');
  });

  it('that leaves no valid Python is a step by hand, and the file stays', async () => {
    const root = tree({ 'app.py': factory('') });
    const splice = {
      kind: 'splice',
      file: 'app.py',
      start: 0,
      expected: '',
      insert: 'def (\n',
      from: ['csrf'],
      why: 'It is wrong.',
    } as const;
    const { splices, byHand } = await wireInto(root, { splices: [splice] });
    expect(splices).toEqual([]);
    expect(byHand.map(({ what }) => what)).toContain('It is wrong. (the file would not parse after the edit)');
  });
});

describe('a wrong setting', () => {
  const repair = {
    key: 'B',
    wrong: ({ written }: { written: string }) => written !== 'True',
    value: 'True',
    why: 'B is on.',
  };

  it('is put right where it stands, in classes and in statements', async () => {
    const files = {
      'app.py': factory('    app.config.from_object(Config)\n    app.config["B"] = 0\n', 'from config import Config\n'),
      'config.py': 'class Config:\n    B = False  # off\n',
    };
    const root = tree(files);
    const steps = [...repairSetting(await readApp(root), repair)];
    writeSplices(
      root,
      steps.flatMap((step) => (step.kind === 'splice' ? [step] : [])),
    );
    expect(readFileSync(join(root, 'config.py'), 'utf8')).toBe('class Config:\n    B = True  # off\n');
    expect(readFileSync(join(root, 'app.py'), 'utf8')).toContain('app.config["B"] = True\n');
    expect([...repairSetting(await readApp(root), repair)]).toEqual([]);
  });

  it('that is an expression is left to a person', async () => {
    const root = tree({ 'app.py': factory('    app.config["B"] = f()\n') });
    expect([...repairSetting(await readApp(root), repair)]).toMatchObject([
      { kind: 'by-hand', place: { file: 'app.py', line: 6 }, what: 'B is on. It is B = f() now.' },
    ]);
  });
});

describe('the tests of an app', () => {
  const line = 'os.environ.setdefault("APP_ENV", "testing")';
  const app = factory('');

  async function bootstrapped(files: Record<string, string>): Promise<string> {
    const root = tree(files);
    writeSplices(root, bootstrapTests(await readApp(root)));
    expect(bootstrapTests(await readApp(root))).toEqual([]);
    const [path = ''] = Object.keys(files).slice(-1);
    return readFileSync(join(root, path), 'utf8');
  }

  it('name their tier in conftest.py, before the app is imported', async () => {
    const text = 'import pytest\nfrom app import create_app\n';
    expect(await bootstrapped({ 'app.py': app, 'tests/conftest.py': text })).toBe(
      `import pytest\nimport os\n\n${line}\n\nfrom app import create_app\n`,
    );
  });

  it('get a key as well where an extension wants one when it starts', async () => {
    const files = {
      'app.py': `from flask_debugtoolbar import DebugToolbarExtension\n${app}`,
      'tests/conftest.py': 'from app import create_app\n',
    };
    const key = 'os.environ.setdefault("SECRET_KEY", "a key for the tests alone")';
    expect(await bootstrapped(files)).toBe(`import os\n\n${line}\n${key}\n\nfrom app import create_app\n`);
  });

  it('do so with an import that is there already', async () => {
    const text = '#!/usr/bin/env python\nimport os\nos.environ["A"] = "b"\nfrom app import create_app\n';
    expect(await bootstrapped({ 'app.py': app, 'tests.py': text })).toBe(
      text.replace('from app', `\n${line}\n\nfrom app`),
    );
  });

  it('do so in each module where there is no conftest.py above it', async () => {
    const test = 'from app import create_app\r\ndef test_it(): pass\r\n';
    expect(await bootstrapped({ 'app.py': app, 'tests/test_a.py': test, 'tests/test_b.py': test })).toBe(
      `import os\r\n\r\n${line}\r\n\r\n${test}`,
    );
  });

  it('leave the rest to conftest.py', async () => {
    const files = { 'app.py': app, 'tests/conftest.py': '"""Of flask."""\n', 'tests/unit/test_a.py': 'import app\n' };
    expect(await bootstrapped(files)).toBe('import app\n');
    expect(await bootstrapped(Object.fromEntries(Object.entries(files).slice(0, 2)))).toBe(
      `"""Of flask."""\nimport os\n\n${line}\n\n`,
    );
  });

  it('leave it to the package of the tests where that is imported before the app', async () => {
    const files = {
      'app.py': app,
      'tests/__init__.py': 'from app import create_app\n\napp = create_app()\n',
      'tests/test_a.py': 'from app import create_app\nfrom tests import app\n',
      'tests/test_b.py': 'from tests import app\nfrom app import create_app\n',
    };
    expect(await bootstrapped(files)).toBe(files['tests/test_b.py']);
    const { 'tests/test_b.py': _, ...first } = files;
    expect(await bootstrapped(first)).toContain(line);
    const { 'tests/test_a.py': __, ...own } = first;
    expect(await bootstrapped(own)).toContain(line);
  });

  it('leave it to a conftest.py that gets at the app through its fixtures', async () => {
    const files = {
      'app.py': app,
      'tests/test_a.py': 'import app\n',
      'tests/__init__.py': '',
      'tests/fixtures/__init__.py': '',
      'tests/fixtures/made.py': 'from app import create_app\n',
      'tests/conftest.py': 'import re\nfrom tests.fixtures.made import *\n',
    };
    expect(await bootstrapped(files)).toBe(`import re\nimport os\n\n${line}\n\nfrom tests.fixtures.made import *\n`);
  });
});
