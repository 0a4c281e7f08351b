import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bait, refusal } from '../support/bait.ts';
import { manifest } from '../support/packs.ts';

const posix = process.platform !== 'win32';

describe('the files of a pack', () => {
  it.runIf(posix).each([
    ['a file', 'templates/acme/root/a.txt', '../../../../outside/secret.txt'],
    ['a folder', 'templates/acme/root/docs', '../../../../outside'],
    ['all templates', 'templates', '../outside'],
    ['all mitigations', 'mitigations', '../outside'],
    ['a table of locks', 'locks.json', '../outside/secret.txt'],
    ['nothing', 'templates/acme/root/a.txt', 'nowhere'],
  ])('cannot be a link to %s', async (_, path, to) => {
    const here = bait();
    mkdirSync(join(here.folder, 'acme', path, '..'), { recursive: true });
    symlinkSync(to, join(here.folder, 'acme', path));
    expect(await refusal(here)).toContain(`${path}: it is a link`);
  });

  it.runIf(posix)('cannot have a manifest that is a link', async () => {
    const here = bait();
    rmSync(join(here.folder, 'acme/dewar.pack.yaml'));
    symlinkSync('../outside/secret.txt', join(here.folder, 'acme/dewar.pack.yaml'));
    expect(await refusal(here)).toContain('dewar.pack.yaml: it is a link');
  });

  it.runIf(posix)('cannot be a pipe, at which a reader would wait for ever', async () => {
    const here = bait({ 'acme/templates/acme/root/a.txt': '' });
    execFileSync('mkfifo', [join(here.folder, 'acme/templates/acme/root/b.txt')]);
    expect(await refusal(here)).toContain('templates/acme/root/b.txt: it is no regular file');
  });

  it('cannot have a gigabyte, and what is no part of the pack may', async () => {
    const here = bait({ 'acme/templates/acme/root/big.txt': '', 'acme/test/big.bin': '' });
    truncateSync(join(here.folder, 'acme/test/big.bin'), 2 ** 30);
    truncateSync(join(here.folder, 'acme/templates/acme/root/big.txt'), 2 ** 30);
    expect(await refusal(here)).toContain('big.txt: it has 1073741824 bytes');
    rmSync(join(here.folder, 'acme/templates'), { recursive: true });
    expect((await here.run('new', 'shop', '--yes', '--pack', './acme')).exit).toBe(0);
  });

  it.runIf(process.platform === 'linux')('cannot differ in case only, folders neither', async () => {
    const here = bait({ 'acme/templates/acme/root/Docs/a.md': 'a', 'acme/templates/acme/root/docs/b.md': 'b' });
    expect(await refusal(here)).toContain('it differs from templates/acme/root/Docs in case only');
  });

  it.runIf(posix).each([
    ['templates/acme/root/.git/hooks/pre-commit', /it lies in a folder of Git/],
    ['templates/acme/root/.GIT/config', /it lies in a folder of Git/],
    ['templates/acme/root/git~1/config', /it lies in a folder of Git/],
    ['templates/acme/root/a\\..\\..\\b', /it holds a backslash/],
    ['templates/acme/root/con.txt', /device/],
    ['templates/acme/root/a.', /drops a dot/],
    ['templates/acme/root/a:b', /not allowed on Windows/],
    ['templates/acme/root/a\nb', /invisible/],
    ['templates/acme/root/.dewar/project.json', /the record of an app/],
    ['templates/acme/root/.Dewar/base/x', /the record of an app/],
    ['templates/acme/repository/ci.yml', /a new file lies below one of package, root, tests, slots/],
    ['templates/acme/x.txt', /a new file lies below/],
    ['templates/app/root/new.txt', /there is no template app\/root\/new\.txt to replace/],
    ['mitigations/Bad/templates/root/a', /Bad is no id of a mitigation/],
  ])('cannot be called %s', async (path, why) => {
    expect(await refusal(bait({ [`acme/${path}`]: 'x' }))).toMatch(why);
  });

  it('are text', async () => {
    const here = bait({ 'acme/templates/acme/root/a.txt': '' });
    writeFileSync(join(here.folder, 'acme/templates/acme/root/a.txt'), Buffer.from([0x61, 0xff, 0xfe]));
    expect(await refusal(here)).toContain('templates/acme/root/a.txt:1: it is no UTF-8 text');
  });

  it('cannot lead an app out of its folder by their answers', async () => {
    const questions = `questions:
  place: { kind: text, message: Where?, help: The place., default: ../../outside }
`;
    const here = bait({
      'acme/dewar.pack.yaml': manifest('acme', questions),
      'acme/templates/acme/root/<%= answers.place %>.txt': 'x',
    });
    expect(await refusal(here)).toMatch(/not allowed on Windows|leads out/);
  });
});

describe('the target of a new app', () => {
  it.runIf(posix)('is never left through a link that stands there', async () => {
    const here = bait({ 'acme/templates/acme/root/house/a.txt': 'x' });
    mkdirSync(join(here.folder, 'shop'));
    symlinkSync('../outside', join(here.folder, 'shop/house'));
    const { exit, err } = await here.run('new', 'shop', '--yes', '--pack', './acme');
    expect({ exit, err }).toEqual({ exit: 2, err: expect.stringContaining('a link leads it out of the project') });
    expect(existsSync(join(here.folder, 'outside/a.txt'))).toBe(false);
  });
});
