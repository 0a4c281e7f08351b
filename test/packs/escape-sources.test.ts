import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unpack } from '../../src/packs/tar.ts';
import { bait, SECRET } from '../support/bait.ts';
import { dewar } from '../support/capture.ts';
import { type Desk, manifest } from '../support/packs.ts';
import { realWiring } from '../support/real-wiring.ts';

/** Runs Git in a folder of a desk. */
function gitIn({ folder }: Desk, at: string): (...args: readonly string[]) => string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'protocol.file.allow=always'];
  return (...args) =>
    execFileSync('git', [...who, ...args], { cwd: join(folder, at), encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** A desk whose pack is a repository with one commit on main. */
function repository(more: Readonly<Record<string, string>> = {}): {
  here: Desk;
  git: ReturnType<typeof gitIn>;
  url: string;
} {
  const here = bait({ 'acme/templates/acme/root/a.txt': 'first\n', ...more });
  const git = gitIn(here, 'acme');
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  return { here, git, url: `file://${here.folder}/acme` };
}

describe('a source', () => {
  it.each([
    ['ext::sh -c touch% evil', /scheme is not among/],
    ['git+ext::x#main', /scheme is not among/],
    ['http://example.com/pack.git#main', /scheme is not among/],
    ['git://example.com/pack.git#main', /scheme is not among/],
    ['https://example.com/pack.git', /names no branch, tag or commit/],
    ['https://example.com/pack.git#--upload-pack=evil', /is no name of a branch/],
    ['https://example.com/pack.git#a..b', /is no name of a branch/],
    ['https://example.com/pack.git#main:../../outside', /is no folder of the repository/],
    ['https://example.com/pack.git#main:/etc', /is no folder of the repository/],
    ['ssh://-oProxyCommand=evil/pack.git#main', /begins with a dash/],
    ['https://me:hunter2@example.com/pack.git#main', /holds a password/],
    ['npm:../outside', /is no npm:NAME@RANGE/],
    ['npm:acme@file:../outside', /is no npm:NAME@RANGE/],
    ['npm:acme@https://example.com/x.tgz', /is no npm:NAME@RANGE/],
    ['npm:--ignore-scripts=false', /is no npm:NAME@RANGE/],
  ])('called %s is refused before anything is fetched', async (source, why) => {
    const here = bait();
    const { exit, err } = await here.run('new', 'shop', '--yes', '--pack', source);
    expect({ exit, err }).toEqual({ exit: 2, err: expect.stringMatching(why) });
    expect(err).not.toContain('hunter2');
    expect(existsSync(join(here.folder, 'evil'))).toBe(false);
  });
});

describe('a pack in a Git repository', () => {
  it('is read at its reference and below its folder, and recorded with its commit', async () => {
    const { here, git, url } = repository();
    mkdirSync(join(here.folder, 'acme/packs/house'), { recursive: true });
    git('mv', 'dewar.pack.yaml', 'templates', 'packs/house');
    git('commit', '--quiet', '-m', 'moved');
    git('tag', 'v1.0.0');
    const source = `${url}#v1.0.0:packs/house`;
    expect(await here.run('new', 'shop', '--yes', '--pack', source)).toMatchObject({ exit: 0 });
    expect(here.read('shop/a.txt')).toBe('first\n');
    const [pack] = JSON.parse(here.read('shop/.dewar/project.json')).packs;
    expect(pack).toMatchObject({ source, commit: git('rev-parse', 'HEAD') });
  });

  it('has no links, submodules or filters that have an effect', async () => {
    const { here, git, url } = repository({ 'acme/.gitattributes': '* filter=evil ident\n' });
    git('config', 'filter.evil.smudge', 'touch evil');
    expect((await here.run('new', 'shop', '--yes', '--pack', `${url}#main`)).exit).toBe(0);
    expect(existsSync(join(here.folder, 'acme/evil'))).toBe(false);
    symlinkSync('../../../../outside/secret.txt', join(here.folder, 'acme/templates/acme/root/b.txt'));
    git('add', '.');
    git('commit', '--quiet', '-m', 'link');
    const linked = await here.run('new', 'two', '--yes', '--pack', `${url}#main`);
    expect(linked).toMatchObject({ exit: 2, err: expect.stringContaining('b.txt: it is a link') });
    expect(linked.err).not.toContain(SECRET);
    git('rm', '--quiet', '-f', 'templates/acme/root/b.txt');
    git('update-index', '--add', '--cacheinfo', `160000,${git('rev-parse', 'HEAD')},templates/acme/root/sub`);
    git('commit', '--quiet', '-m', 'submodule');
    const sub = await here.run('new', 'three', '--yes', '--pack', `${url}#main`);
    expect(sub).toMatchObject({ exit: 2, err: expect.stringContaining('templates/acme/root/sub: it is a submodule') });
  });

  it('may move with its branch, and never with its tag', async () => {
    const { here, git, url } = repository();
    git('tag', 'v1');
    await here.run('new', 'shop', '--yes', '--pack', `${url}#main`);
    await here.run('new', 'store', '--yes', '--pack', `${url}#v1`);
    here.write('acme/templates/acme/root/a.txt', 'second\n');
    git('commit', '--quiet', '-am', 'second');
    git('tag', '--force', 'v1');
    expect((await here.run('update', 'shop')).exit).toBe(0);
    expect(here.read('shop/a.txt')).toBe('second\n');
    const moved = await here.run('update', 'store');
    expect(moved).toMatchObject({ exit: 4, err: expect.stringContaining('The tag v1 of') });
    expect(here.read('store/a.txt')).toBe('first\n');
    expect((await here.run('update', 'store', '--pack', `${url}#${git('rev-parse', 'HEAD')}`)).exit).toBe(0);
    expect(here.read('store/a.txt')).toBe('second\n');
  });

  it('is not guessed at where a branch and a tag have one name', async () => {
    const { here, git, url } = repository();
    git('tag', 'main');
    const { exit, err } = await here.run('new', 'shop', '--yes', '--pack', `${url}#main`);
    expect({ exit, err }).toEqual({ exit: 2, err: expect.stringContaining('has a branch and a tag called main') });
  });

  it('stays with its app while the repository is out of reach', async () => {
    const { here, url } = repository();
    await here.run('new', 'shop', '--yes', '--pack', `${url}#main`);
    renameSync(join(here.folder, 'acme'), join(here.folder, 'away'));
    const { exit, out, err } = await here.run('update', 'shop');
    expect({ exit, out, err }).toEqual({
      exit: 0,
      out: 'Nothing to change.\n',
      err: expect.stringMatching(/cannot be fetched: .*The copy of acme 1\.0\.0 is used/),
    });
    const fresh = await here.run('new', 'other', '--yes', '--pack', `${url}#main`);
    expect(fresh).toMatchObject({ exit: 1, err: expect.stringContaining('cannot be fetched') });
  });

  it('is not trusted for the beginning of its address', async () => {
    const { here, git } = repository({ 'acme/code/plan.mjs': 'throw new Error("it ran");\n' });
    here.write('acme/dewar.pack.yaml', manifest('acme', 'code: { plan: code/plan.mjs }\n'));
    git('commit', '--quiet', '-am', 'code');
    for (const way of ['trusted/../acme', 'trusted/%2e%2e/acme', './acme']) {
      const { exit, err } = await here.run('new', 'shop', '--yes', '--pack', `file://${here.folder}/${way}#main`);
      expect([1, 4]).toContain(exit);
      expect(err).not.toContain('it ran');
    }
  });
});

describe('a pack in an npm package', () => {
  it('is the installed one where there is one, without what it depends on', async () => {
    const here = bait({
      'node_modules/@acme/pack/dewar.pack.yaml': manifest('house'),
      'node_modules/@acme/pack/templates/house/root/a.txt': 'installed\n',
      'node_modules/@acme/pack/node_modules/evil/index.js': '',
    });
    expect(await here.run('new', 'shop', '--yes', '--pack', 'npm:@acme/pack@^1')).toMatchObject({ exit: 0 });
    expect(here.read('shop/a.txt')).toBe('installed\n');
    expect(JSON.parse(here.read('shop/.dewar/project.json')).packs[0].source).toBe('npm:@acme/pack@^1');
  });

  it.runIf(process.platform !== 'win32')('is fetched by npm, which runs no script of it', async () => {
    const here = bait({ 'package/dewar.pack.yaml': manifest('house'), 'package/templates/house/root/a.txt': 'x\n' });
    const npm = `#!/bin/sh
echo "$@" > ${here.folder}/said.txt
cd ${here.folder} && tar -czf "$6/acme-pack-1.2.3.tgz" package
echo '[{"filename": "@acme/pack-1.2.3.tgz"}]'
`;
    here.write('bin/npm', npm);
    chmodSync(join(here.folder, 'bin/npm'), 0o755);
    const env = { ...here.env, PATH: `${here.folder}/bin:${here.env['PATH']}` };
    const source = 'npm:@acme/pack@^1.2';
    const argv = ['new', 'shop', '--yes', '--pack', source];
    expect(await dewar(argv, { cwd: here.folder, env, wiring: realWiring })).toMatchObject({ exit: 0 });
    expect(here.read('said.txt')).toMatch(/^pack @acme\/pack@\^1\.2 --json --ignore-scripts --pack-destination /);
    expect(here.read('shop/a.txt')).toBe('x\n');
  });

  it('is read out of its archive, in which links and ways out are refused', () => {
    const here = bait({ 'package/dewar.pack.yaml': manifest('acme'), 'package/templates/acme/root/a.txt': 'x\n' });
    const archive = (...args: string[]): Buffer => execFileSync('tar', ['-cf', '-', ...args], { cwd: here.folder });
    expect([...unpack('acme', archive('package')).keys()]).toEqual(['dewar.pack.yaml', 'templates/acme/root/a.txt']);
    const renamed = archive('--transform', 's,a.txt,../../../../outside/b.txt,', '-P', 'package');
    expect(() => unpack('acme', renamed)).toThrow(/it leads out of the project/);
    const long = 'x'.repeat(120);
    writeFileSync(join(here.folder, `package/templates/acme/root/${long}.txt`), 'long');
    expect([...unpack('acme', archive('--format=posix', 'package')).keys()]).toContain(
      `templates/acme/root/${long}.txt`,
    );
    symlinkSync('../../../../outside/secret.txt', join(here.folder, 'package/templates/acme/root/b.txt'));
    expect(() => unpack('acme', archive('package'))).toThrow(/b\.txt: it is a link/);
  });
});

describe('the copies of packs', () => {
  it('are not believed once they have changed', async () => {
    const here = bait({ 'acme/templates/acme/root/a.txt': 'right\n' });
    await here.run('new', 'shop', '--yes', '--pack', './acme', '--without', 'headers');
    const hash = JSON.parse(here.read('shop/.dewar/project.json')).packs[0].hash;
    here.edit(`cache/dewar/packs/${hash}.json`, (text) =>
      text.replace(Buffer.from('right\n').toString('base64'), Buffer.from('wrong\n').toString('base64')),
    );
    expect((await here.run('add', 'headers', '--project', 'shop')).exit).toBe(0);
    expect(here.read('shop/a.txt')).toBe('right\n');
  });

  it('are found by a hash only, whatever a record says', async () => {
    const here = bait();
    await here.run('new', 'shop', '--yes', '--pack', './acme');
    here.edit('shop/.dewar/project.json', (text) =>
      text.replace(/"hash": "[^"]+"/, '"hash": "../../../outside/secret"'),
    );
    const { err } = await here.run('audit', 'shop');
    expect(err).toContain('is no longer what this app was written with');
    expect(err).not.toContain(SECRET);
  });
});

it('keeps a project whole whose record of packs is damaged', async () => {
  const here = bait();
  await here.run('new', 'shop', '--yes', '--pack', './acme');
  here.edit('shop/.dewar/project.json', (text) => text.replace('"name": "acme"', '"name": 7'));
  const before = readFileSync(join(here.folder, 'shop/README.md'), 'utf8');
  const { exit, err } = await here.run('update', 'shop');
  expect(exit).not.toBe(0);
  expect(err).toContain('project.json cannot be read');
  expect(here.read('shop/README.md')).toBe(before);
});
