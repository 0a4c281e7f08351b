import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { command, treeOf, yeoman } from './support/hosts.ts';
import { root } from './support/imports.ts';
import { manifest } from './support/packs.ts';
import { lay } from './support/snapshot.ts';

let top: string;
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'dewar-packs-')));
  for (const name of ['XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME']) vi.stubEnv(name, join(top, name));
  cpSync(join(root, 'docs/acme-pack'), join(top, 'acme-pack'), { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(top, { recursive: true, force: true });
});

/** The app that the command writes with the example pack, in a folder of its own. */
function byCommand(...flags: string[]): Readonly<Record<string, string>> {
  command(['new', 'shop', '--pack', '../acme-pack', '--yes', ...flags], join(top, 'command'));
  return treeOf(join(top, 'command/shop'));
}

describe('a pack under both hosts', () => {
  it('gives the same bytes, with its question as an option', async () => {
    const pack = '../../acme-pack';
    await yeoman({
      namespace: 'dewar:app',
      cwd: join(top, 'yeoman/shop'),
      options: { yes: true, pack, team: 'payments' },
    });
    expect(treeOf(join(top, 'yeoman/shop'))).toEqual(byCommand('--team', 'payments'));
  });

  it('gives the same bytes, with its question as a prompt', async () => {
    const cwd = join(top, 'yeoman/shop');
    const { asked } = await yeoman({
      namespace: 'dewar:app',
      cwd,
      options: { pack: '../../acme-pack' },
      answers: { team: 'payments' },
    });
    expect(asked).toContain('team');
    expect(treeOf(cwd)).toEqual(byCommand('--team', 'payments'));
  });

  it('is what add, update and audit of the app work with, without being named again', async () => {
    const file = join(top, 'acme-pack/dewar.pack.yaml');
    const edit = (from: RegExp, to: string): void => writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
    edit(/^ {2}require: .*\n/m, '');
    const wanted = byCommand();
    const cwd = join(top, 'command/shop');
    rmSync(cwd, { recursive: true });
    byCommand('--without', 'rate-limit');
    await yeoman({ namespace: 'dewar:add', cwd, args: ['rate-limit'], options: { yes: true } });
    expect(treeOf(cwd)).toEqual(wanted);
    const { log } = await yeoman({ namespace: 'dewar:audit', cwd });
    expect(log).toContain('rate-limit');
    process.exitCode = 0;
    edit(/^version: .*/m, 'version: 9.9.9');
    await yeoman({ namespace: 'dewar:update', cwd });
    expect(JSON.parse(readFileSync(join(cwd, '.dewar/project.json'), 'utf8')).packs).toMatchObject([
      { version: '9.9.9' },
    ]);
  });

  it('is refused where it is at fault, with file and line', async () => {
    const file = join(top, 'acme-pack/dewar.pack.yaml');
    writeFileSync(file, `${readFileSync(file, 'utf8')}nonesuch: 1\n`);
    const run = yeoman({
      namespace: 'dewar:app',
      cwd: join(top, 'shop'),
      options: { yes: true, pack: '../acme-pack' },
    });
    await expect(run).rejects.toThrow(/dewar\.pack\.yaml:\d+: .*nonesuch/);
    expect(treeOf(join(top, 'shop'))).toEqual({});
  });
});

describe('a pack with code under Yeoman', () => {
  const code = 'code:\n  afterNew: code/after.mjs\n';
  const after = `import { writeFileSync } from 'node:fs';\nexport default ({ root }) => writeFileSync(root + '/after.txt', 'ran');\n`;
  beforeEach(() => lay(join(top, 'coded'), { 'dewar.pack.yaml': manifest('coded', code), 'code/after.mjs': after }));
  const made = () => existsSync(join(top, 'shop/after.txt'));

  it('does not run where nobody can consent, nor where somebody does not', async () => {
    const run = { namespace: 'dewar:app', cwd: join(top, 'shop') };
    const untrusted = /brings code that you do not trust yet.*--trust [0-9a-f]{64}/s;
    await expect(yeoman({ ...run, options: { yes: true, pack: '../coded' } })).rejects.toThrow(untrusted);
    await expect(yeoman({ ...run, options: { pack: '../coded' }, answers: { trust: false } })).rejects.toThrow(
      untrusted,
    );
    expect(treeOf(join(top, 'shop'))).toEqual({});
  });

  it('runs with a consent that is kept, after the app is written', async () => {
    const run = { namespace: 'dewar:app', cwd: join(top, 'shop') };
    const { log, asked } = await yeoman({ ...run, options: { pack: '../coded' }, answers: { trust: true } });
    expect(asked[0]).toBe('trust');
    expect(log).toContain('code/after.mjs runs after a new app was written, in its folder.');
    expect(made()).toBe(true);
    rmSync(join(top, 'shop'), { recursive: true });
    await yeoman({ ...run, options: { yes: true, pack: '../coded' } });
    expect(made()).toBe(true);
  });

  it('runs with the hash that is given, in that run only', async () => {
    const run = { namespace: 'dewar:app', cwd: join(top, 'shop') };
    const refused = await yeoman({ ...run, options: { yes: true, pack: '../coded' } }).catch(String);
    const [, trust] = /--trust ([0-9a-f]{64})/.exec(String(refused)) ?? [];
    await yeoman({ ...run, options: { yes: true, pack: '../coded', trust } });
    expect(made()).toBe(true);
    await expect(yeoman({ ...run, cwd: join(top, 'other'), options: { yes: true, pack: '../coded' } })).rejects.toThrow(
      '--trust',
    );
  });
});
