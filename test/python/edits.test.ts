import { describe, expect, it } from 'vitest';
import { insertAfter } from '../../src/python/edits.ts';
import { ensureImport, type Wanted } from '../../src/python/ensure-import.ts';
import { loadPython } from '../../src/python/parser.ts';
import { readModule } from '../../src/python/read.ts';
import { applySplices } from '../../src/source/splice.ts';
import { sourceOf } from '../../src/source/text.ts';

const parse = await loadPython();

function open(text: string) {
  const source = sourceOf('pkg/web.py', text);
  return { source, tree: parse(text) };
}

function withImport(text: string, wanted: Wanted): string {
  const file = open(text);
  const once = applySplices(file.source, ensureImport(file, 'pkg.web', wanted).splices);
  expect(ensureImport(open(once), 'pkg.web', wanted).splices).toEqual([]);
  return once;
}

const protect = { module: 'flask_wtf.csrf', name: 'CSRFProtect' };

describe('an import', () => {
  it.each([
    [
      'is merged into a single line',
      'from flask_wtf.csrf import CSRFError\n',
      'from flask_wtf.csrf import CSRFError, CSRFProtect\n',
    ],
    [
      'stands where the alphabet puts it',
      'from flask_wtf.csrf import A, Z\n',
      'from flask_wtf.csrf import A, CSRFProtect, Z\n',
    ],
    [
      'is merged into brackets',
      'from flask_wtf.csrf import (\n    A,\n)\n',
      'from flask_wtf.csrf import (\n    A,\n    CSRFProtect,\n)\n',
    ],
    [
      'is merged behind a backslash',
      'from flask_wtf.csrf import A, \\\n    B\n',
      'from flask_wtf.csrf import A, \\\n    B, CSRFProtect\n',
    ],
    [
      'is not merged into what is imported below other code',
      'from flask import Flask\n\napp = Flask(__name__)\n\nfrom flask_wtf.csrf import CSRFError\n',
      'from flask import Flask\nfrom flask_wtf.csrf import CSRFProtect\n\napp = Flask(__name__)\n\nfrom flask_wtf.csrf import CSRFError\n',
    ],
    ['follows the docstring', '"""Doc."""\nx = 1\n', '"""Doc."""\n\nfrom flask_wtf.csrf import CSRFProtect\nx = 1\n'],
    [
      'follows __future__',
      'from __future__ import annotations\nx = 1\n',
      'from __future__ import annotations\nfrom flask_wtf.csrf import CSRFProtect\nx = 1\n',
    ],
    [
      'stands with the imports of Flask',
      'import os\nfrom flask import Flask\nimport redis\n',
      'import os\nfrom flask import Flask\nfrom flask_wtf.csrf import CSRFProtect\nimport redis\n',
    ],
    [
      'stands before the own modules',
      'import os\n\nfrom .db import x\n',
      'import os\nfrom flask_wtf.csrf import CSRFProtect\n\nfrom .db import x\n',
    ],
    [
      'does not count one for type checkers',
      'import os\nif TYPE_CHECKING:\n    from flask_wtf.csrf import CSRFProtect\n',
      'import os\nfrom flask_wtf.csrf import CSRFProtect\nif TYPE_CHECKING:\n    from flask_wtf.csrf import CSRFProtect\n',
    ],
    ['keeps the last line open', 'import os', 'import os\nfrom flask_wtf.csrf import CSRFProtect'],
    ['begins an empty module', '', 'from flask_wtf.csrf import CSRFProtect\n'],
    ['follows comments without a last line end', '# note', '# note\nfrom flask_wtf.csrf import CSRFProtect\n'],
    [
      'keeps Windows line ends',
      'import os\r\nx = 1\r\n',
      'import os\r\nfrom flask_wtf.csrf import CSRFProtect\r\nx = 1\r\n',
    ],
    ['stands behind a byte order mark', '\ufeffx = 1\n', '\ufefffrom flask_wtf.csrf import CSRFProtect\n\nx = 1\n'],
  ])('%s', (_, before, after) => {
    expect(withImport(before, protect)).toBe(after);
  });

  it('keeps the comment of the name that it follows', () => {
    const before = 'from flask_wtf.csrf import (\n    A,  # noqa\n)\n';
    expect(withImport(before, protect)).toBe('from flask_wtf.csrf import (\n    CSRFProtect,\n    A,  # noqa\n)\n');
  });

  it('is used under the alias that it has', () => {
    const file = open('from flask_wtf.csrf import CSRFProtect as CP\n');
    expect(ensureImport(file, 'pkg.web', protect)).toEqual({ local: 'CP', splices: [] });
  });

  it('of an own module is merged into the relative import', () => {
    expect(withImport('from .ext import db\n', { module: 'pkg.ext', name: 'csrf', written: '.ext' })).toBe(
      'from .ext import csrf, db\n',
    );
  });

  it('stands on a line of its own where the module does so', () => {
    const before = 'from flask import Flask\nfrom flask import g\n';
    expect(withImport(before, { module: 'flask', name: 'session' })).toBe(`${before}from flask import session\n`);
  });
});

describe('a statement', () => {
  const code = 'def f(app):\r\n\tapp.a()  # why\r\n\treturn app\r\n';

  it('is put behind another in its indentation and line end', () => {
    const file = open(code);
    const call = readModule(file.source, file.tree, 'm').calls[0];
    if (!call) throw new Error('no call');
    const edit = insertAfter(file, call.step, { lines: ['app.b()'] });
    expect('splice' in edit && applySplices(file.source, [edit.splice])).toBe(
      code.replace('# why\r\n', '# why\r\n\tapp.b()\r\n'),
    );
  });

  it.each(['def f(app): app.a()\n', 'app.a(); x = """\n"""\n'])('is refused behind %s', (text) => {
    const file = open(text);
    const call = readModule(file.source, file.tree, 'm').calls[0];
    if (!call) throw new Error('no call');
    expect(insertAfter(file, call.step, { lines: ['x'] })).toHaveProperty('refused');
  });

  it('is refused where the touched one is broken', () => {
    const file = open('app.a(1, 2\nx = = 3\n');
    expect(insertAfter(file, { start: 0, end: 5 }, { lines: ['x'] })).toHaveProperty('refused');
  });
});
