import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/update/record-files.ts';
import { type Desk, desk, manifest } from '../support/packs.ts';

/** What no text is: bytes that are no UTF-8, a zero among them. */
const picture = (last: number): Buffer => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x00, 0xff, 0xfe, last]);
const [first, second, mine] = [picture(1), picture(2), picture(3)];
const inPack = 'acme/templates/acme/package/static/logo.png';
const inApp = 'shop/src/shop/static/logo.png';
const base = 'shop/.dewar/base/src/shop/static/logo.png@acme.sha256';

let here: Desk;
const put = (path: string, bytes: Buffer): void => {
  mkdirSync(dirname(join(here.folder, path)), { recursive: true });
  writeFileSync(join(here.folder, path), bytes);
};
const bytesAt = (path: string): Buffer => readFileSync(join(here.folder, path));
beforeEach(async () => {
  here = desk({ 'acme/dewar.pack.yaml': manifest('acme') });
  put(inPack, first);
  expect((await here.run('new', 'shop', '--pack', './acme', '--yes', '--diff')).exit).toBe(0);
});

describe('a picture in a pack', () => {
  it('comes byte for byte, and the record has its digest and nothing else of it', async () => {
    expect(bytesAt(inApp)).toEqual(first);
    expect(here.read(base)).toBe(`${digestOf(first)}\n`);
    expect((await here.run('pack', 'check', './acme')).out).toContain('keeps its contract');
    expect((await here.run('update', 'shop')).out).toContain('Nothing to change.');
    expect((await here.run('diff', 'shop')).out).toContain('The app is what Dewar would write today.');
  });

  it('is replaced where nobody changed it, and undo gives the old one back', async () => {
    put(inPack, second);
    expect((await here.run('update', 'shop', '--check')).exit).toBe(10);
    const { exit, out } = await here.run('update', 'shop', '--diff');
    expect(exit).toBe(0);
    expect(out).toContain('clean src/shop/static/logo.png');
    expect(bytesAt(inApp)).toEqual(second);
    expect(here.read(base)).toBe(`${digestOf(second)}\n`);
    expect((await here.run('undo', 'shop')).exit).toBe(0);
    expect(bytesAt(inApp)).toEqual(first);
    expect(here.read(base)).toBe(`${digestOf(first)}\n`);
  });

  it('stays where only the user changed it, and diff says that it differs', async () => {
    put(inApp, mine);
    expect((await here.run('update', 'shop')).out).toContain('Nothing to change.');
    expect(bytesAt(inApp)).toEqual(mine);
    expect((await here.run('diff', 'shop')).out).toContain('src/shop/static/logo.png is another file, and no text.');
  });

  it('is a conflict where both changed it: that of the user stays, the other lies beside it, and it is offered once', async () => {
    put(inApp, mine);
    put(inPack, second);
    const { exit, out } = await here.run('update', 'shop');
    expect(exit).toBe(3);
    expect(out).toContain('conflict src/shop/static/logo.png (you and Dewar changed it');
    expect(bytesAt(inApp)).toEqual(mine);
    expect(bytesAt(`${inApp}.dewar-new`)).toEqual(second);
    expect(await here.run('update', 'shop')).toMatchObject({ exit: 0, out: 'Nothing to change.\n' });
  });

  it('that both changed alike is no conflict', async () => {
    put(inApp, second);
    put(inPack, second);
    expect((await here.run('update', 'shop')).exit).toBe(0);
    expect(here.read(base)).toBe(`${digestOf(second)}\n`);
    expect(existsSync(join(here.folder, `${inApp}.dewar-new`))).toBe(false);
  });

  it('stays away where the user deleted it', async () => {
    rmSync(join(here.folder, inApp));
    put(inPack, second);
    expect((await here.run('update', 'shop')).out).toContain('keep src/shop/static/logo.png (you deleted or moved it)');
    expect(existsSync(join(here.folder, inApp))).toBe(false);
  });

  it('goes where the pack drops it, unless the user changed it', async () => {
    put('acme/templates/acme/package/static/icon.ico', first);
    await here.run('update', 'shop');
    put(inApp, mine);
    for (const path of [inPack, 'acme/templates/acme/package/static/icon.ico']) rmSync(join(here.folder, path));
    const { out } = await here.run('update', 'shop');
    expect(out).toContain('deleted src/shop/static/icon.ico');
    expect(out).toContain('keep src/shop/static/logo.png (Dewar no longer writes it, and you changed it)');
    expect(existsSync(join(here.folder, base))).toBe(false);
  });

  it('takes the place of a text of Dewar, and gives it back', async () => {
    const icon = 'src/shop/static/favicon.svg';
    const text = here.read(`shop/${icon}`);
    put('acme/templates/app/package/static/favicon.svg', second);
    expect((await here.run('update', 'shop')).out).toContain(`clean ${icon}`);
    expect(bytesAt(`shop/${icon}`)).toEqual(second);
    rmSync(join(here.folder, 'acme/templates/app/package/static/favicon.svg'));
    expect((await here.run('update', 'shop')).exit).toBe(0);
    expect(here.read(`shop/${icon}`)).toBe(text);
    expect(here.read(`shop/.dewar/base/${icon}@app.base`)).toBe(text);
  });

  it('is in the way of nothing: a file that stands there is not overwritten by new', async () => {
    put('other/src/other/static/logo.png', mine);
    const { exit } = await here.run('new', 'other', '--pack', './acme', '--yes');
    expect(exit).toBe(3);
    expect(bytesAt('other/src/other/static/logo.png')).toEqual(mine);
  });

  it('is no lines for a slot, and a text in another encoding is no picture', async () => {
    put('acme/templates/acme/slots/logo.png', first);
    expect((await here.run('pack', 'check', './acme')).out).toContain('what goes into a slot is text');
    rmSync(join(here.folder, 'acme/templates/acme/slots'), { recursive: true });
    put('acme/templates/acme/root/latin.md', Buffer.from('Gr\xfc\xdfe\n', 'latin1'));
    expect((await here.run('pack', 'check', './acme')).out).toContain('it is no UTF-8 text');
  });
});
