import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dewar } from '../support/capture.ts';
import { asNobody } from '../support/nobody.ts';
import { realWiring } from '../support/real-wiring.ts';
import { removeApp, shop } from '../support/shop.ts';
import { filesOf, lay } from '../support/snapshot.ts';

const { 'app.py': app } = shop;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dewar-bad-input-'));
});
afterEach(() => removeApp(root));

const run = (...argv: string[]) => dewar(argv, { cwd: root, wiring: realWiring });

describe('bad input', () => {
  it('is said of a folder without an app', async () => {
    lay(root, { 'readme.md': 'nothing\n' });
    const { exit, err } = await run('add', 'csrf');
    expect(exit).toBe(1);
    expect(err).toContain('No Flask app was found');
  });

  it('is a file that Python cannot read: it alone is left, the rest goes on', async () => {
    lay(root, { ...shop, 'broken.py': 'from flask import Flask\ndef broken(:\n' });
    const { exit, out } = await run('add', 'csrf');
    expect(exit).toBe(0);
    expect(out).toContain('left as it is: broken.py (not valid Python in line 2).');
    expect(filesOf(root)['broken.py']).toBe('from flask import Flask\ndef broken(:\n');
    expect(filesOf(root)['app.py']).toContain('security.init_app(app)');
  });

  it('is an app that Python cannot read: nothing is written', async () => {
    lay(root, { ...shop, 'app.py': `${app}\ndef broken(:\n` });
    const before = filesOf(root);
    const { exit, err } = await run('add', 'csrf');
    expect(exit).toBe(1);
    expect(err).toMatch(/app\.py makes the app, and is not valid Python in line \d+: mend it/);
    expect(filesOf(root)).toEqual(before);
  });

  it('is an app in an encoding that is not UTF-8: it says why none was found', async () => {
    lay(root, shop);
    writeFileSync(join(root, 'app.py'), Buffer.from(`# caf\u00e9\n${app}`, 'latin1'));
    const { exit, err } = await run('add', 'csrf');
    expect([exit, err]).toEqual([1, expect.stringContaining('app.py was not read: not UTF-8')]);
  });

  it.runIf(process.platform !== 'win32')('is an app that is run by a link from another folder', async () => {
    lay(root, { 'templates/save.html': shop['templates/save.html'], 'src/real.py': app });
    symlinkSync('src/real.py', join(root, 'app.py'));
    const { exit, err } = await run('add', 'csrf');
    expect([exit, err]).toEqual([1, expect.stringContaining('app.py is a link to src/real.py')]);
    expect(filesOf(join(root, 'src'))).toEqual({ 'real.py': app });
  });

  it.runIf(process.platform !== 'win32')('is a file that must not be written: nothing is', async () => {
    lay(root, shop);
    chmodSync(join(root, 'templates/save.html'), 0o444);
    const before = filesOf(root);
    const { exit, err } = await run('add', 'csrf');
    expect(exit).toBe(1);
    expect(err).toContain('read-only');
    expect(filesOf(root)).toEqual(before);
  });

  it.runIf(process.platform !== 'win32')('is a folder that must not be written: nothing is', async () => {
    lay(root, shop);
    await run('add', 'csrf', '--dry-run'); // loads what a user without rights may not
    const { exit, err } = await asNobody(root, 0o555, () => run('add', 'csrf'));
    expect(exit).toBe(1);
    expect(err).toContain('permission denied');
    expect(filesOf(root)).toEqual(shop);
  });

  it('is a link that leads out of the app: it is not written through', async () => {
    const outside = `${root}-outside`;
    mkdirSync(outside);
    lay(outside, { 'save.html': shop['templates/save.html'] });
    lay(root, { 'app.py': app, 'requirements.txt': 'flask\n' });
    symlinkSync(outside, join(root, 'templates'), 'junction');
    await run('add', 'csrf');
    expect(filesOf(outside)).toEqual({ 'save.html': shop['templates/save.html'] });
    rmSync(outside, { recursive: true });
  });

  it('is a link where the security package is to stand', async () => {
    const outside = `${root}-elsewhere`;
    mkdirSync(outside);
    lay(root, shop);
    symlinkSync(outside, join(root, 'security'), 'junction');
    const before = readFileSync(join(root, 'app.py'), 'utf8');
    const { exit } = await run('add', 'csrf');
    expect(filesOf(outside)).toEqual({});
    if (exit !== 0) expect(readFileSync(join(root, 'app.py'), 'utf8')).toBe(before);
    rmSync(outside, { recursive: true });
  });

  it('is no submodule: what belongs to another repository is not edited', async () => {
    lay(root, {
      ...shop,
      'theme/templates/a.html': shop['templates/save.html'],
      'theme/.git': 'gitdir: ../.git/modules/theme\n',
    });
    await run('add', 'csrf', '--allow-dirty');
    expect(filesOf(root)['theme/templates/a.html']).toBe(shop['templates/save.html']);
  });
});

describe('which app', () => {
  const two = {
    'one/app.py': app,
    'one/requirements.txt': 'flask\n',
    'two/app.py': app,
    'two/requirements.txt': 'flask\n',
  };

  it('is to be named where two are equally good', async () => {
    lay(root, two);
    const { exit, err } = await run('add', 'csrf');
    expect(exit).toBe(2);
    expect(err).toContain('one/app.py, two/app.py');
    expect((await run('add', 'csrf', '--app', 'two/app.py')).exit).toBe(0);
    expect(filesOf(root)['one/app.py']).toBe(app);
    expect(filesOf(root)['two/app.py']).toContain('security.init_app(app)');
    expect((await run('add', 'csrf')).out).toContain('Nothing to change.');
  });

  it('is the one in the folder that is named', async () => {
    lay(root, two);
    expect((await run('add', 'csrf', '--project', 'one')).exit).toBe(0);
    expect(filesOf(root)['one/app.py']).toContain('security.init_app(app)');
    expect(filesOf(root)['two/app.py']).toBe(app);
  });

  it('is not given a second record in a folder above its own', async () => {
    lay(root, { 'services/one/app.py': app, 'services/one/requirements.txt': 'flask\n' });
    expect((await run('add', 'csrf', '--project', 'services/one')).exit).toBe(0);
    const before = filesOf(root);
    const { exit, err } = await run('add', 'sessions');
    expect(exit).toBe(2);
    expect(err).toContain('--project services/one');
    expect(filesOf(root)).toEqual(before);
  });

  it('is found from inside its package once Dewar knows it', async () => {
    lay(root, { 'shop/__init__.py': app, 'requirements.txt': 'flask\n' });
    await run('add', 'csrf');
    const { out } = await dewar(['add', 'csrf'], { cwd: join(root, 'shop'), wiring: realWiring });
    expect(out).toContain('Nothing to change.');
  });

  it('keeps its Windows line ends', async () => {
    lay(root, { ...shop, 'app.py': app.replaceAll('\n', '\r\n') });
    await run('add', 'csrf');
    const text = filesOf(root)['app.py'] ?? '';
    expect(text).toContain('security.init_app(app)\r\n');
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it.each([
    ['import security', 'security.check()'],
    ['from flask_security import Security', 'security = Security()'],
  ])('may have something else called security in its package: %s', async (first, then) => {
    const init = `${first}\n${app}\n${then}\n`;
    lay(root, { 'shop/__init__.py': init, 'security.py': 'def check(): ...\n', 'requirements.txt': 'flask\n' });
    expect((await run('add', 'csrf')).exit).toBe(0);
    expect(filesOf(root)['shop/__init__.py']).toContain('hardening.init_app(app)');
    expect(filesOf(root)['shop/hardening/__init__.py']).toBeDefined();
  });

  it('keeps its own modules, whatever they are called', async () => {
    const own = { 'security.py': 'x = 1\n', 'hardening.py': 'x = 2\n', 'dewar_security.py': 'x = 3\n' };
    lay(root, { ...shop, ...own });
    expect((await run('add', 'csrf')).exit).toBe(0);
    expect(filesOf(root)).toMatchObject(own);
    expect(filesOf(root)['app.py']).toContain('dewar_hardening.init_app(app)');
    expect(filesOf(root)['security/__init__.py']).toBeUndefined();
  });

  it.each([
    [
      'pyproject.toml',
      '[project]\nname = "acme"\ndependencies = ["flask"]\n\n[tool.setuptools]\npackage-dir = {shop = "lib"}\n',
    ],
    [
      'pyproject.toml',
      '[project]\nname = "acme"\ndependencies = ["flask"]\n\n[tool.setuptools.package-dir]\n"shop" = "./lib"\n',
    ],
    ['setup.cfg', '[options]\ninstall_requires =\n    flask\npackage_dir =\n    shop = lib\n'],
    [
      'setup.py',
      'from setuptools import setup\nsetup(name="acme", install_requires=["flask"], package_dir={"shop": "lib/"})\n',
    ],
  ])('is called in its tests and by its server as %s says that its folder is imported', async (file, text) => {
    lay(root, {
      'lib/__init__.py': '',
      'lib/web.py': `from shop.names import title\n${app}`,
      'lib/names.py': 'title = "shop"\n',
      'lib/templates/save.html': shop['templates/save.html'],
      [file]: text,
    });
    await run('add', 'csrf', 'server', '--yes');
    const files = filesOf(root);
    expect(files['lib/web.py']).toMatch(/^(from shop import security|from \. import security)$/m);
    expect(files['tests/test_security_csrf.py']).toContain('from shop.web import app');
    expect(files['deploy/gunicorn.conf.py']).toContain('wsgi_app = "shop.web:app"');
  });

  it('may be imported by another name than its folder has', async () => {
    lay(root, {
      'src/shop_web/__init__.py': app,
      'pyproject.toml': '[project]\nname = "acme-shop"\nversion = "1"\ndependencies = ["flask"]\n',
    });
    expect((await run('add', 'csrf')).exit).toBe(0);
    const text = filesOf(root)['src/shop_web/__init__.py'] ?? '';
    expect(text).toMatch(/^(from \. import security|from shop_web import security)$/m);
    expect(filesOf(root)['src/shop_web/security/__init__.py']).toBeDefined();
  });
});
