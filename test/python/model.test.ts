import { describe, expect, it } from 'vitest';
import type { PyModule } from '../../src/python/model.ts';
import { loadPython } from '../../src/python/parser.ts';
import { readModule } from '../../src/python/read.ts';
import { sourceOf } from '../../src/source/text.ts';

const parse = await loadPython();

function read(text: string, path = 'pkg/web.py', name = 'pkg.web'): PyModule {
  return readModule(sourceOf(path, text), parse(text), name);
}

describe('names of a module', () => {
  it('are resolved through plain, aliased and relative imports', () => {
    const { calls } = read(
      'import os.path as p\nimport a.b\nfrom flask import Flask as F\nfrom . import x\nfrom ..up import y\np.join()\na.b.c()\nF()\nx.f()\ny()\n',
    );
    expect(calls.map(({ target }) => target)).toEqual(['os.path.join', 'a.b.c', 'flask.Flask', 'pkg.x.f', 'up.y']);
  });

  it('are those of the package itself in an __init__.py', () => {
    expect(read('from .db import init\ninit()\n', 'pkg/__init__.py', 'pkg').calls[0]?.target).toBe('pkg.db.init');
  });

  it('are local where a parameter or an assignment hides the import', () => {
    const { calls } = read('from flask import session\ndef f(session):\n  session.get()\ndef g():\n  session.get()\n');
    expect(calls.map(({ target }) => target)).toEqual(['pkg.web.f.<locals>.session.get', 'flask.session.get']);
  });

  it('of a class are not seen in its methods', () => {
    expect(read('class A:\n  open = 1\n  def f(self):\n    open("x")\n').calls[0]?.target).toBe('open');
  });

  it('imported for type checkers only are marked', () => {
    expect(read('if TYPE_CHECKING:\n  from a import B\n').imports[0]).toMatchObject({ local: 'B', typing: true });
  });
});

describe('values', () => {
  const given = (code: string) => read(`x = ${code}\n`).assigns[0]?.value;

  it.each([
    ['\'a\' "b"', 'ab'],
    ["r'\\d'", '\\d'],
    ["'\\x41\\n'", 'A\n'],
    ['1_000', 1000],
    ['-3', -3],
    ['None', null],
    ['(True)', true],
  ])('%s is a literal', (code, value) => {
    expect(given(code)).toMatchObject({ kind: 'literal', value });
  });

  it('of an f-string are unknown, and calls in it are still seen', () => {
    const module = read('x = f"{g(1)}"\n');
    expect(module.assigns[0]?.value.kind).toBe('other');
    expect(module.calls.map(({ callee }) => callee)).toEqual(['g']);
  });

  it('tell a fallback from a condition', () => {
    expect(given('a or "b"')).toMatchObject({ kind: 'choice' });
    expect(given('a and "b"')).toMatchObject({ kind: 'other' });
  });
});

describe('statements', () => {
  it('know the statement of the straight line that holds them', () => {
    const text = 'def f(app):\n  with app.ctx():\n    if app.x:\n      db.init_app(app)\n    ma.init_app(app)\n';
    const { calls, source } = read(text);
    const steps = calls
      .filter(({ callee }) => callee.endsWith('init_app'))
      .map(({ step, conditional }) => [source.text.slice(step.start, step.end).split('\n')[0], conditional]);
    expect(steps).toEqual([
      ['if app.x:', true],
      ['ma.init_app(app)', false],
    ]);
  });

  it('that are broken leave the others readable', () => {
    const module = read('import os\ndef f(:\n  pass\nclass A(B): pass\n');
    expect(module.errors.length).toBeGreaterThan(0);
    expect(module.imports[0]?.local).toBe('os');
  });
});

describe('syntax of Python 3.8 to 3.14', () => {
  it.each([
    'if (n := 10) > 5: pass',
    'def f(a, /, b, *, c): pass',
    '@(x.y[0])\ndef f(): pass',
    'match x:\n  case {"a": [1, *_]} | A(b=2) if y: pass',
    'match = case = type = 1',
    'with (open(a) as b, open(c) as d): pass',
    'try: pass\nexcept* E: pass',
    'x[*a]',
    'type A[T] = list[T]\nclass B[T]: pass\ndef f[*Ts](): pass',
    'f"{x!r:>{w}} {f"{"n"}"}"',
    'try: pass\nexcept A, B: pass',
    't"{x}"',
    'async def f():\n  async with a: await b',
    'x = lambda *a, **k: (yield)',
    'def f():\n\tif x:\n\t\treturn 1',
    'print("a")\f\nx = 1',
  ])('%s is read without an error', (code) => {
    expect(read(`${code}\n`).errors).toEqual([]);
    expect(read(`\ufeff${code.replaceAll('\n', '\r\n')}\r\n`).errors).toEqual([]);
  });
});
