import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readApp } from '../../src/flask/read.ts';
import { tokenSplices } from '../../src/flask/tokens.ts';
import { run } from '../support/python.ts';
import { sourceDistribution } from '../support/source-distribution.ts';
import { wireInto, writeSplices } from '../support/wired.ts';

describe('the edits of flaskr', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'dewar-wire-'));
    cpSync(join(sourceDistribution('flask', '3.1.3'), 'examples/tutorial'), root, { recursive: true });
  }, 300_000);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('are nothing but what is needed, and valid Python', async () => {
    const before = readFileSync(join(root, 'flaskr/__init__.py'), 'utf8').split('\n');
    const { byHand, splices } = await wireInto(root);
    expect(byHand).toEqual([]);
    const after = readFileSync(join(root, 'flaskr/__init__.py'), 'utf8').split('\n');
    expect(after.filter((line) => !before.includes(line))).toEqual([
      'from . import security',
      '    security.init_app(app)',
    ]);
    const files = [...new Set(splices.map(({ file }) => join(root, file)))];
    run('python3', ['-c', 'import ast, sys; [ast.parse(open(name).read()) for name in sys.argv[1:]]', ...files]);
  });

  it('put a token into each form that posts', async () => {
    const splices = tokenSplices(await readApp(root));
    expect(splices).toHaveLength(5);
    writeSplices(root, splices);
    expect(readFileSync(join(root, 'flaskr/templates/auth/login.html'), 'utf8')).toContain(
      '  <form method="post">\n    <input type="hidden" name="csrf_token" value="{{ csrf_token() }}">\n    <label',
    );
  });

  it('are none the second time', async () => {
    expect(await wireInto(root)).toEqual({ splices: [], byHand: [] });
    expect(tokenSplices(await readApp(root))).toEqual([]);
  });
});
