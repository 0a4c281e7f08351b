import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Driven, programs, startBrowser } from '../support/browsers.ts';
import { openWholeSite, type WholeSite } from '../support/whole-site.ts';

const names = Object.keys(programs) as (keyof typeof programs)[];
/** Code that runs in the page and tells how it ended. */
const attempt = (code: string): string =>
  `(() => { try { ${code}; return 'done' } catch (error) { return error.name } })()`;

/** What an attacker would want a page to hold. */
const injected =
  '<script>window.ran = 1</script><p id="injected" style="color: red" onclick="window.ran = 2">Hello</p>';

function inject(app: string): void {
  const file = join(app, 'src/acme_portal/templates/main/sent.html');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('<section', `${injected}<section`));
}

const patiently = { timeout: 10_000 };

let site: WholeSite;
beforeAll(async () => {
  site = await openWholeSite({}, inject);
}, 600_000);
afterAll(() => site?.close());

describe.each(names)('%s holds a page to its policy,', (name) => {
  let browser: Driven;
  let page: Page;
  let wrong: string[];
  beforeAll(async () => {
    browser = await startBrowser(name, site.address);
    ({ page, wrong } = await browser.open('desktop'));
    await page.goto(`${site.origin}/api/`);
  });
  afterAll(() => browser?.close());

  it.each([
    ['markup from a string', 'document.body.innerHTML = "<p>text</p>"'],
    ['a script whose address is a string', 'document.createElement("script").src = "/static/js/app.js"'],
    ['code from a string', 'setTimeout("1")'],
    ['a policy that would let them through', 'trustedTypes.createPolicy("own", {})'],
  ])('no %s (Trusted Types)', async (_, code) => {
    expect(await page.evaluate(attempt(code))).toBe('TypeError');
  });

  it('nothing that markup of a stranger brings along, were it ever let into a page', async () => {
    await page.goto(`${site.origin}/sent`);
    await page.click('#injected');
    for (const directive of ['script-src-elem inline', 'script-src-attr inline', 'style-src-attr inline'])
      await expect.poll(() => wrong.join('\n'), patiently).toContain(directive);
    expect(await page.evaluate('window.ran')).toBeUndefined();
  });

  it('no connection, picture or frame from elsewhere', async () => {
    await page.goto(`${site.origin}/api/`);
    await page.evaluate(attempt('fetch("https://evil.example/").catch(() => {})'));
    await page.evaluate(attempt('new Image().src = "https://evil.example/a.png"'));
    const frame =
      'document.body.append(Object.assign(document.createElement("iframe"), { src: "https://evil.example/" }))';
    await page.evaluate(attempt(frame));
    for (const directive of ['connect-src', 'img-src', 'frame-src'])
      await expect.poll(() => wrong.join('\n'), patiently).toContain(directive);
  });

  it('no window of another site beside it', async () => {
    await page.goto(`${site.origin}/`);
    expect(await page.evaluate('[crossOriginIsolated, originAgentCluster]')).toEqual([true, true]);
  });

  it('no plain HTTP once it has been there', async () => {
    const visit = await browser.open('desktop');
    await visit.page.goto(`${site.origin}/`);
    // Nginx would answer 400: the port speaks TLS only. By a link, as a driver takes the detour for an interruption.
    await visit.page.evaluate(`location.href = '${site.origin.replace('https', 'http')}/sent'`);
    await expect.poll(() => visit.page.url(), patiently).toBe(`${site.origin}/sent`);
    await visit.close();
  });
});
