import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dewar } from '../support/capture.ts';
import { leaky, leakyShop, type Place } from '../support/leaky.ts';
import { realWiring } from '../support/real-wiring.ts';
import { filesOf } from '../support/snapshot.ts';

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'dewar-choice-'));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));
const run = (...argv: string[]) => dewar(argv, { cwd: top, wiring: realWiring });
const answers = (text: string, name = 'team.yaml'): string => {
  writeFileSync(join(top, name), text);
  return join(top, name);
};
const fresh = async (name: string, ...flags: string[]): Promise<Record<string, string>> => {
  expect((await run('new', name, '--name', 'Acme', '--yes', ...flags)).exit).toBe(0);
  return filesOf(join(top, name));
};

describe('an update by an answers file', () => {
  it.each([
    {
      does: 'adds what it names',
      before: ['--without', 'files,templating'],
      file: 'with: files, templating\n',
      after: [],
    },
    {
      does: 'takes out what it leaves out',
      before: [],
      file: 'without: [files, templating]\n',
      after: ['--without', 'files,templating'],
    },
    {
      does: 'does both, and changes an answer',
      before: ['--without', 'files'],
      file: 'with: files\nwithout: templating\nstore: filesystem\n',
      after: ['--without', 'templating', '--store', 'filesystem'],
    },
    {
      does: 'brings it to a preset, with the answers that this leaves open as they are',
      before: ['--preset', 'minimal'],
      file: 'preset: paas\n',
      after: ['--preset', 'paas', '--store', 'filesystem', '--no-examples'],
    },
  ])('$does: the app is then what a new one is', async ({ before, file, after }) => {
    await fresh('acme', ...before);
    expect((await run('update', 'acme', '--answers', answers(file))).exit).toBe(0);
    expect(filesOf(join(top, 'acme'))).toEqual(await fresh('other', ...after));
    expect((await run('update', 'acme')).out).toContain('Nothing to change.');
  });

  it('makes an app like another one, whose record is such a file', async () => {
    const wanted = await fresh('model', '--preset', 'api', '--without', 'ci,templating');
    await fresh('acme');
    const flags = ['--answers', 'model/.dewar/project.json'];
    expect((await run('update', 'acme', '--check', ...flags)).exit).toBe(10);
    expect((await run('update', 'acme', ...flags)).exit).toBe(0);
    expect(filesOf(join(top, 'acme'))).toEqual(wanted);
  });

  it('leaves what the user changed in a file that is no longer written', async () => {
    await fresh('acme');
    const path = join(top, 'acme/src/acme/security/files.py');
    writeFileSync(path, `# mine\n${readFileSync(path, 'utf8')}`);
    const { out } = await run('update', 'acme', '--answers', answers('without: files\n'));
    expect(out).toContain('keep src/acme/security/files.py (Dewar no longer writes it, and you changed it)');
    expect(readFileSync(path, 'utf8')).toMatch(/^# mine\n/);
  });

  it.each([
    ['with: files\nwithout: files\n', '--with files and --without files contradict each other'],
    ['without: sessions\nwith: sandbox\n', 'sandbox'],
    ['preset: nonesuch\n', 'nonesuch'],
  ])('refuses %j and changes nothing', async (file, why) => {
    await fresh('acme');
    const before = filesOf(join(top, 'acme'));
    const { exit, err } = await run('update', 'acme', '--answers', answers(file));
    expect(exit).toBe(2);
    expect(err).toContain(why);
    expect(filesOf(join(top, 'acme'))).toEqual(before);
  });

  it('is no way to adopt an app with other defences than it has', async () => {
    const { err, exit } = await run('adopt', '--renew', '--answers', answers('with: csrf\n'));
    expect(exit).toBe(2);
    expect(err).toContain('leave with, without and preset out');
  });
});

describe('in an app that Dewar did not write', () => {
  let shop: Place;
  beforeEach(async () => {
    shop = leakyShop();
    shop.commit();
    await shop.run('add', 'csrf', 'headers', 'secret-key', '--yes');
    shop.commit();
  });
  afterEach(() => shop.remove());

  it('what leaves is taken out of its files, and the rest stays in place', async () => {
    const { exit, out } = await shop.run('update', '--answers', answers('without: csrf\n'));
    expect(exit).toBe(0);
    expect(out).toContain('deleted security/csrf.py');
    const files = filesOf(shop.root);
    expect(files['templates/save.html']).toBe(leaky['templates/save.html']);
    expect(files['security/__init__.py']).not.toContain('csrf');
    expect(files['security/headers.py']).toBeDefined();
    expect(files['app.py']).toContain('os.environ.get("SECRET_KEY")');
    shop.commit();
    expect((await shop.run('update')).out).toContain('Nothing to change.');
    expect((await shop.run('diff')).out).toContain('The app is what Dewar would write today.');
    expect((await shop.run('undo', '--all')).exit).toBe(0);
    expect(filesOf(shop.root)['app.py']).toBe(leaky['app.py']);
  });

  it('all of it leaves as it came', async () => {
    await shop.run('update', '--answers', answers('without: csrf, headers, secret-key, config\n'));
    const files = filesOf(shop.root);
    for (const [path, text] of Object.entries(leaky)) if (path !== 'requirements.txt') expect(files[path]).toBe(text);
    expect(Object.keys(files).filter((path) => path.startsWith('security/'))).toEqual([]);
  });

  it('what it does not have is for add, which looks first at what it has of its own', async () => {
    const { exit, err } = await shop.run('update', '--answers', answers('with: errors\n'));
    expect(exit).toBe(2);
    expect(err).toContain('dewar add errors');
  });
});
