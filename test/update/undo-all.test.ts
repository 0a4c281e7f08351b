import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dewar } from '../support/capture.ts';
import { leaked, leaky, leakyShop, type Place } from '../support/leaky.ts';
import { realWiring } from '../support/real-wiring.ts';
import { filesOf, snapshot } from '../support/snapshot.ts';

let shop: Place;
beforeEach(() => {
  shop = leakyShop();
});
afterEach(() => shop.remove());

describe('dewar undo --all', () => {
  it('gives back every byte in a clone of the repository, leaked key included, and prints no key', async () => {
    shop.commit();
    const before = snapshot(shop.root);
    await shop.run('add', '--all', '--yes');
    shop.commit();
    shop = shop.clone();
    expect(await shop.run('undo')).toMatchObject({ exit: 2, err: expect.stringContaining('dewar undo --all') });
    const preview = await shop.run('undo', '--all', '--dry-run', '--diff');
    expect(preview.out).toContain('+app.config["SECRET_KEY"] = ');
    expect(preview.out).not.toContain(leaked);
    const { exit, out } = await shop.run('undo', '--all');
    expect(exit).toBe(0);
    expect(out).toContain('Took back: ');
    expect(withoutGit(snapshot(shop.root))).toEqual(withoutGit(before));
  });

  it('keeps what was changed since: between the edits, on their lines and in new files', async () => {
    shop.commit();
    await shop.run('add', '--all', '--yes');
    shop.edit('app.py', (text) =>
      text.replace('app = Flask', '# mine\napp = Flask').replace('import security\n', 'import security\nimport json\n'),
    );
    shop.edit('security/csrf.py', (text) => `${text}# mine\n`);
    shop.commit();
    shop = shop.clone();
    const { exit, out } = await shop.run('undo', '--all');
    expect(exit).toBe(6);
    expect(out).toContain('security/csrf.py came with "dewar add" and was changed since');
    expect(filesOf(shop.root)['app.py']).toBe(
      `import json\n${leaky['app.py'].replace('app = Flask', '# mine\napp = Flask')}`,
    );
  });

  it('takes back what it put in where the old text was never committed, and says what it cannot give back', async () => {
    await shop.run('add', '--all', '--yes');
    shop.commit();
    shop = shop.clone();
    const { exit, out } = await shop.run('undo', '--all');
    expect(exit).toBe(6);
    expect(out).toMatch(/app\.py:\d: "dewar add" took out 20 characters here, which Git does not have/);
    const { 'app.py': app, 'requirements.txt': list } = filesOf(shop.root);
    expect(app).toBe(`import os\n${leaky['app.py'].replace(`"${leaked}"`, 'os.environ.get("SECRET_KEY")')}`);
    expect(list).toBe(leaky['requirements.txt']);
  });

  it('leaves an import that code of the user needs by now', async () => {
    shop.commit();
    await shop.run('add', 'secret-key');
    shop.edit('app.py', (text) => `${text}\n\nprint(os.name)\n`);
    expect((await shop.run('undo', '--all')).exit).toBe(0);
    expect(filesOf(shop.root)['app.py']).toBe(`import os\n${leaky['app.py']}\n\nprint(os.name)\n`);
  });

  it('names an edit that was changed since, and leaves it', async () => {
    shop.commit();
    await shop.run('add', 'csrf');
    shop.edit('templates/save.html', (text) => text.replace('type="hidden"', 'type="text"'));
    const { exit, out } = await shop.run('undo', '--all');
    expect(exit).toBe(6);
    expect(out).toContain('templates/save.html:2: What "dewar add" put here was changed since');
    expect(filesOf(shop.root)['templates/save.html']).toContain('type="text"');
  });

  it('works in a clone whose line ends Git changed', async () => {
    shop.commit();
    await shop.run('add', 'csrf');
    shop.commit();
    shop = shop.clone('-c', 'core.autocrlf=true');
    expect((await shop.run('undo', '--all')).exit).toBe(0);
    expect(filesOf(shop.root)['templates/save.html']).toBe(leaky['templates/save.html'].replaceAll('\n', '\r\n'));
  });

  it('keeps the record of an app that was adopted', async () => {
    shop.commit();
    await shop.run('adopt');
    await shop.run('add', 'csrf', '--allow-dirty');
    expect((await shop.run('undo', '--all')).exit).toBe(0);
    expect(JSON.parse(readFileSync(join(shop.root, '.dewar/project.json'), 'utf8'))).toMatchObject({
      mitigations: [],
      adopted: true,
    });
    expect(existsSync(join(shop.root, '.dewar/edited'))).toBe(false);
    expect((await shop.run('update', '--allow-dirty')).out).toContain('Nothing to change.');
  });

  it('is refused in an app that Dewar wrote', async () => {
    await dewar(['new', 'acme', '--preset', 'minimal', '--yes'], { cwd: shop.top, wiring: realWiring });
    const cwd = join(shop.top, 'acme');
    expect(await dewar(['undo', '--all'], { cwd, wiring: realWiring })).toMatchObject({
      exit: 2,
      err: expect.stringContaining('Dewar wrote the whole app'),
    });
  });
});

function withoutGit(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !/^\.git(\/|$)/.test(path)));
}
