import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { updateProject } from '../../src/commands/update.ts';
import { desk, manifest } from '../support/packs.ts';

const security =
  "# Security of <%= md(project.title) %>\n\nWrite to <%= answers.team %>.\n\n<%- slot('security.table') %>\n";
const team = `questions:
  team:
    kind: text
    message: Which team owns the app?
    help: Name of the team in the directory.
    format: slug
    default: platform
`;
const acme = {
  'acme/dewar.pack.yaml': manifest('acme', team),
  'acme/templates/app/root/SECURITY.md': security,
};

describe('a pack in a folder', () => {
  it('replaces a file of a new app, with the answer to its own question', async () => {
    const { run, read } = desk(acme);
    const made = await run('new', 'shop', '--yes', '--pack', './acme', '--team', 'payments');
    expect(made).toMatchObject({ exit: 0, err: '' });
    expect(read('shop/SECURITY.md')).toMatch(/^# Security of Shop\n\nWrite to payments\.\n\n\| /);
    const record = JSON.parse(read('shop/.dewar/project.json'));
    expect(record.answers).toMatchObject({ team: 'payments' });
    expect(record.packs).toEqual([
      { name: 'acme', source: '../acme', hash: expect.stringMatching(/^[0-9a-f]{64}$/), version: '1.0.0' },
    ]);
  });

  it('brings an app to its newer text and keeps what was edited', async () => {
    const { run, edit, read } = desk(acme);
    await run('new', 'shop', '--yes', '--pack', './acme');
    edit('shop/SECURITY.md', (text) => text.replace('# Security of Shop', '# How safe Shop is'));
    edit('acme/templates/app/root/SECURITY.md', (text) => `${text}\nAnswered within a day.\n`);
    edit('acme/dewar.pack.yaml', (text) => text.replace('1.0.0', '1.1.0'));
    const updated = await run('update', 'shop');
    expect(updated).toMatchObject({ exit: 0 });
    expect(updated.out).toContain('merged SECURITY.md');
    expect(read('shop/SECURITY.md')).toMatch(/^# How safe Shop is[\s\S]*Answered within a day\.\n$/);
    expect(JSON.parse(read('shop/.dewar/project.json')).packs[0].version).toBe('1.1.0');
    expect((await run('update', 'shop')).out).toBe('Nothing to change.\n');
  });

  it('stays with its app when its folder is gone', async () => {
    const { run, folder, read } = desk(acme);
    await run('new', 'shop', '--yes', '--pack', './acme');
    renameSync(join(folder, 'acme'), join(folder, 'elsewhere'));
    const updated = await run('update', 'shop');
    expect(updated).toMatchObject({ exit: 0, out: 'Nothing to change.\n' });
    expect(updated.err).toMatch(/The copy of acme 1\.0\.0 is used/);
    expect(read('shop/SECURITY.md')).toContain('Write to platform.');
    rmSync(join(folder, 'cache'), { recursive: true });
    const lost = await run('update', 'shop');
    expect(lost.exit).toBe(1);
    expect(lost.err).toContain('has no dewar.pack.yaml');
    expect(read('shop/SECURITY.md')).toContain('Write to platform.');
  });

  it('does not come along with a defence: adding goes by the pack as the app has it', async () => {
    const { run, edit, read } = desk(acme);
    await run('new', 'shop', '--yes', '--pack', './acme', '--without', 'headers');
    edit('acme/templates/app/root/SECURITY.md', (text) => `${text}\nNewer.\n`);
    const added = await run('add', 'headers', '--project', 'shop');
    expect(added).toMatchObject({ exit: 0 });
    expect(read('shop/SECURITY.md')).toContain('Write to platform.');
    expect(read('shop/SECURITY.md')).not.toContain('Newer.');
    expect(JSON.parse(read('shop/.dewar/project.json')).packs).toHaveLength(1);
  });

  it('is laid over an app that has none, and lists its defences', async () => {
    const { run, read } = desk({
      ...acme,
      'acme/mitigations/tracing/mitigation.yaml':
        "title: Traces of every request\nweaknesses: [CWE-778]\nasvs: ['16.1.1']\nthreats: []\n",
      'acme/mitigations/tracing/templates/root/trace.txt': 'x\n',
    });
    await run('new', 'shop', '--yes');
    expect((await run('update', 'shop', '--pack', './acme')).exit).toBe(0);
    expect(read('shop/SECURITY.md')).toContain('Write to platform.');
    expect((await run('add', 'tracing', '--project', 'shop')).exit).toBe(0);
    expect(read('shop/trace.txt')).toBe('x\n');
    expect((await run('list', '--pack', './acme')).out).toMatch(/^tracing +Traces of every request$/m);
    expect((await run('explain', 'tracing', '--pack', './acme')).out).toContain('tracing: Traces of every request');
  });

  it('comes along when a new app is to be like another one', async () => {
    const { run, read, edit } = desk(acme);
    await run('new', 'shop', '--yes', '--pack', './acme', '--team', 'payments');
    edit('acme/templates/app/root/SECURITY.md', (text) => `${text}\nNewer.\n`);
    const made = await run('new', 'east/shop', '--yes', '--answers', 'shop/.dewar/project.json');
    expect(made).toMatchObject({ exit: 0, err: '' });
    expect(read('east/shop/SECURITY.md')).toBe(read('shop/SECURITY.md'));
    expect(JSON.parse(read('east/shop/.dewar/project.json')).packs[0].source).toBe('../../acme');
  });

  it('is not lost where a host knows no packs', async () => {
    const { run, folder, read } = desk(acme);
    await run('new', 'shop', '--yes', '--pack', './acme');
    const root = join(folder, 'shop');
    const quiet = { onConflict: 'fail', dryRun: false, diff: false } as const;
    await expect(updateProject(catalog, { root, ...quiet })).rejects.toThrow('was written with the pack acme');
    expect(read('shop/SECURITY.md')).toContain('Write to platform.');
  });

  it('gives the one-line command that writes the same app', async () => {
    const { run } = desk(acme);
    const { out } = await run('new', 'shop', '--yes', '--pack', './acme', '--team', 'payments', '--json');
    expect(JSON.parse(out).command).toBe('dewar new shop --yes --pack ./acme --team payments');
  });
});

describe('a fleet', () => {
  it('is looked at with the packs of each app', async () => {
    const { run, edit, folder, env } = desk(acme);
    await run('new', 'shop', '--yes', '--pack', './acme');
    await run('new', 'plain', '--yes');
    edit(
      'acme/dewar.pack.yaml',
      (text) => `${text}policy:\n  texts: [{ text: pickle, in: [.txt], why: it runs code }]\n`,
    );
    const cache = process.env['XDG_CACHE_HOME'];
    process.env['XDG_CACHE_HOME'] = env['XDG_CACHE_HOME'];
    onTestFinished(() => {
      if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
      else process.env['XDG_CACHE_HOME'] = cache;
    });
    const checked = await run('fleet', 'update', '--check', join(folder, 'shop'), join(folder, 'plain'), '--json');
    expect(checked, checked.out).toMatchObject({ exit: 0 });
    edit('acme/templates/app/root/SECURITY.md', (text) => `${text}\nNewer.\n`);
    const newer = await run('fleet', 'update', '--check', join(folder, 'shop'), join(folder, 'plain'), '--json');
    expect(newer.exit).toBe(10);
    expect(JSON.parse(newer.out).apps.map(({ update }: { update: { files: number } }) => update.files)).toEqual([1, 0]);
    await run('update', 'shop');
    edit('shop/requirements/prod.txt', (text) => `${text}# pickle\n`);
    const audited = await run('fleet', 'audit', join(folder, 'shop'), join(folder, 'plain'));
    expect(audited.exit).toBe(11);
    expect(audited.out).toMatch(/shop: The pack acme forbids pickle \(it runs code\): requirements\/prod\.txt:\d+\./);
  });
});
