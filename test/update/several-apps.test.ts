import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { adoptProject } from '../../src/commands/adopt.ts';
import { dewar } from '../support/capture.ts';
import { realWiring } from '../support/real-wiring.ts';
import { removeApp } from '../support/shop.ts';
import { lay } from '../support/snapshot.ts';
import { tree } from '../support/tree.ts';

const app = 'from flask import Flask\n\napp = Flask(__name__)\n';
const one = { 'one/app.py': app, 'one/requirements.txt': 'flask\n' };
const two = { 'two/app.py': app, 'two/requirements.txt': 'flask\n' };
let root: string;
beforeEach(() => {
  root = tree({ ...one, ...two });
});
afterEach(() => removeApp(root));
const run = (...argv: string[]) => dewar(argv, { cwd: root, wiring: realWiring });
const record = () => JSON.parse(readFileSync(join(root, '.dewar/project.json'), 'utf8'));

describe('a folder with two apps that are equally good', () => {
  it('is adopted for the one that is named, and is updated and compared as that one from then on', async () => {
    expect(await run('adopt')).toMatchObject({ exit: 2, err: expect.stringContaining('--app one/app.py') });
    expect((await run('adopt', '--app', 'two/app.py')).exit).toBe(0);
    expect(record()).toMatchObject({ app: 'two/app.py', layout: { package: 'two' } });
    await run('add', 'headers', '--yes');
    expect(record().app).toBe('two/app.py');
    for (const argv of [['update'], ['update', '--check'], ['diff']]) expect((await run(...argv)).exit).toBe(0);
    expect(readFileSync(join(root, 'two/app.py'), 'utf8')).toContain('security.init_app(app)');
    expect(readFileSync(join(root, 'one/app.py'), 'utf8')).toBe(app);
  });

  it('is adopted for the one that somebody chooses, which the record keeps', async () => {
    const choose = async (names: readonly string[]) => names[1] ?? '';
    await adoptProject(catalog, { root, answers: {}, dryRun: false, renew: false, choose });
    expect(record().app).toBe('two/app.py');
  });

  it('has one record: another app than its own is refused', async () => {
    await run('add', 'headers', '--yes', '--app', 'two/app.py');
    expect((await run('add', 'errors', '--yes', '--app', 'two/app.py')).exit).toBe(0);
    for (const argv of [['add', 'errors', '--yes'], ['update'], ['diff']]) {
      const { exit, err } = await run(...argv, '--app', 'one/app.py');
      expect(exit).toBe(2);
      expect(err).toContain('has the record of two');
    }
  });
});

describe('an app that was alone in its folder when it got its defences', () => {
  beforeEach(async () => {
    rmSync(join(root, 'one'), { recursive: true });
    await run('add', 'headers', '--yes');
    lay(root, one);
  });

  it('stays the one that is updated, and is looked for anew where its file was renamed', async () => {
    renameSync(join(root, 'two/app.py'), join(root, 'two/shop.py'));
    for (const argv of [['update'], ['update', '--check'], ['diff']]) {
      const { exit, err } = await run(...argv);
      expect(exit).toBe(2);
      expect(err).toContain('is about two/app.py, which is no Flask app any more.');
      expect(err).toContain('--app shop:app');
    }
    expect((await run('update', '--app', 'two/shop.py')).exit).toBe(0);
    expect(record().app).toBe('two/shop.py');
    expect((await run('update')).out).toContain('Nothing to change.');
    expect(readFileSync(join(root, 'one/app.py'), 'utf8')).toBe(app);
  });

  it('loses them again whatever stands in the folder by now', async () => {
    expect((await run('undo', '--all')).exit).toBe(0);
    expect(readFileSync(join(root, 'two/app.py'), 'utf8')).toBe(app);
  });
});
