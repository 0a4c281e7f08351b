import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyKindOfAnswer, unsafeHeaders, upload } from '../support/checks.ts';
import { domain, message } from '../support/default-app.ts';
import { openProduction, type ProductionSite } from '../support/production-site.ts';
import { tokenOf } from '../support/server.ts';
import { type Answer, type Visitor, visitor } from '../support/visitor.ts';

const crash = `

@blueprint.get("/crash")
def crash() -> str:
    """Fail, for a test."""
    raise RuntimeError("on purpose")
`;

describe('behind Nginx over TLS, on an unusual port,', () => {
  let site: ProductionSite;
  beforeAll(async () => {
    site = await openProduction((app) => appendFileSync(join(app, 'src/acme_portal/main/routes.py'), crash));
  }, 600_000);
  afterAll(() => site.close());

  const ask = (method: string, path: string, sent = {}): Promise<Answer> =>
    visitor(site.address).ask(method, path, sent);
  /** What a browser sends besides: its own idea of the origin. */
  const browsing = (ann: Visitor, headers: Record<string, string>, fields: Record<string, string> = message) =>
    ann.get('/').then((page) => ann.ask('POST', '/', { headers, body: { ...fields, csrf_token: tokenOf(page.text) } }));

  describe('each security header is there exactly once on', () => {
    it.each(everyKindOfAnswer)('$title ($status)', async ({ status, method = 'GET', path, body, headers }) => {
      const answer = await ask(method, path, { ...(body && { body }), ...(headers && { headers }) });
      expect([answer.status, ...unsafeHeaders(answer)]).toEqual([status]);
    });

    it('a crash (500)', async () => {
      const answer = await ask('GET', '/crash');
      expect([answer.status, ...unsafeHeaders(answer)]).toEqual([500]);
    });

    it('a report that was taken (204)', async () => {
      const headers = { 'Content-Type': 'application/reports+json' };
      const answer = await ask('POST', '/browser-reports', { headers, body: Buffer.from('[]') });
      expect([answer.status, ...unsafeHeaders(answer)]).toEqual([204]);
      expect(answer.headers['set-cookie']).toBeUndefined();
    });

    it('a report that is too large (413)', async () => {
      const headers = { 'Content-Type': 'application/reports+json' };
      const answer = await ask('POST', '/browser-reports', { headers, body: Buffer.alloc(40_000, ' ') });
      expect([answer.status, ...unsafeHeaders(answer)]).toEqual([413]);
    });

    it('a download that Nginx sends', async () => {
      const ann = visitor(site.address);
      const picture = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(9000, 7)]);
      expect((await upload(ann, 'picture.png', picture)).status).toBe(303);
      const link = /href="(\/files\/[^"]+\.png)"/.exec((await ann.get('/files/')).text)?.[1] ?? '';
      const answer = await ann.get(link);
      expect([answer.status, ...unsafeHeaders(answer)]).toEqual([200]);
    });

    it('a refusal of Nginx for being too fast (429), which says when to come back', async () => {
      const answers = [];
      for (let each = 0; each < 13; each++) answers.push(await ask('POST', '/account/sign-in'));
      const last = answers.at(-1) as Answer;
      expect([last.status, ...unsafeHeaders(last)]).toEqual([429]);
      expect(last.headers['retry-after']).toEqual(['10']);
    });
  });

  describe('a form', () => {
    const origin = (): string => `https://${domain}:${site.address.https}`;

    it('is taken from its own origin, which has that port', async () => {
      expect((await browsing(visitor(site.address), { Origin: origin() })).status).toBe(303);
    });

    it('is taken where a port is mapped on the way, and only the browser knows the outer one', async () => {
      const mapped = { Origin: `https://${domain}:8443`, Referer: `https://${domain}:8443/` };
      expect((await browsing(visitor(site.address), mapped)).status).toBe(303);
    });

    it('is refused from another port that the browser calls another site', async () => {
      const sibling = { Origin: `https://${domain}:8443`, 'Sec-Fetch-Site': 'same-site' };
      expect((await browsing(visitor(site.address), sibling)).status).toBe(400);
    });

    it('that expired comes back with what was typed and can be sent again, without its password', async () => {
      const ann = visitor(site.address);
      const token = tokenOf((await visitor(site.address).get('/')).text);
      const typed = { ...message, message: 'Long <b>text</b>\nof Ann', password: 'correct horse' };
      const late = await ann.ask('POST', '/', { body: { ...typed, csrf_token: token } });
      expect([late.status, ...unsafeHeaders(late)]).toEqual([400]);
      expect(late.text).toContain('Please send this again');
      expect(late.text).toContain('Long &lt;b&gt;text&lt;/b&gt;\nof Ann');
      expect(late.text).not.toContain('correct horse');
      expect(late.headers['cache-control']?.join()).toContain('no-store');
      const again = await ann.ask('POST', '/', { body: { ...message, csrf_token: tokenOf(late.text) } });
      expect([again.status, again.headers['location']]).toEqual([303, ['/sent']]);
    });
  });

  it('sign-out empties cache and storage of the browser, and leaves the cookie to Set-Cookie', async () => {
    const ann = visitor(site.address);
    const page = await ann.get('/account/sign-in');
    const out = await ann.ask('POST', '/account/sign-out', { body: { csrf_token: tokenOf(page.text) } });
    expect([out.status, out.headers['clear-site-data']]).toEqual([303, ['"cache", "storage"']]);
    expect(ann.lines.at(-1)).toMatch(/^__Host-session=;.*Max-Age=0/);
  });

  it('a page without a word of the app when that is gone (502)', async () => {
    await site.gunicorn.stop();
    const answer = await ask('GET', '/');
    expect([answer.status, ...unsafeHeaders(answer)]).toEqual([502]);
  });
});
