import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Driven, programs, startBrowser, widths } from '../support/browsers.ts';
import { openWholeSite, user, type WholeSite } from '../support/whole-site.ts';

const pages = ['/', '/sent', '/api/', '/files/', '/account/sign-in', '/account/'];
/** Set it to a folder to look at every page. */
const pictures = process.env['SCREENSHOTS'];
const names = Object.keys(programs) as (keyof typeof programs)[];
const sizes = Object.keys(widths) as (keyof typeof widths)[];

let site: WholeSite;
beforeAll(async () => {
  site = await openWholeSite();
}, 600_000);
afterAll(() => site?.close());

describe.each(names)('%s', (name) => {
  let browser: Driven;
  beforeAll(async () => {
    browser = await startBrowser(name, site.address);
  });
  afterAll(() => browser?.close());

  it.each(sizes)(
    'shows every page at the width of a %s without an error, and none is too wide',
    async (size) => {
      const { page, wrong, close } = await browser.open(size);
      await page.goto(`${site.origin}/account/sign-in`);
      await page.type('[name=name]', user.name);
      await page.type('[name=password]', user.password);
      await Promise.all([page.waitForNavigation(), page.click('[type=submit]')]);
      for (const path of pages) {
        const answer = await page.goto(site.origin + path);
        expect([path, answer?.status()]).toEqual([path, 200]);
        expect(await excess(page), `${path} scrolls sideways`).toBe(0);
        expect(await page.evaluate('crossOriginIsolated'), path).toBe(true);
        await picture(page, `${name}-${size}-${path.replaceAll('/', '_')}`);
      }
      expect(wrong).toEqual([]);
      await close();
    },
    120_000,
  );

  it.each(sizes)(
    'shows errors of a form and an error page at the width of a %s',
    async (size) => {
      const { page, wrong, close } = await browser.open(size);
      await page.goto(`${site.origin}/`);
      await page.evaluate('document.querySelector("main form").noValidate = true');
      await Promise.all([page.waitForNavigation(), page.click('main [type=submit]')]);
      expect(await page.$$eval('[aria-invalid=true]', (fields) => fields.length)).toBeGreaterThan(1);
      expect(await excess(page)).toBe(0);
      await picture(page, `${name}-${size}-invalid`);
      const lost = await page.goto(`${site.origin}/missing`);
      expect(lost?.status()).toBe(404);
      expect(await excess(page)).toBe(0);
      await picture(page, `${name}-${size}-missing`);
      // Chromium logs each answer from 400 on; anything else would be ours.
      expect(wrong.filter((each) => !/status of 4(?:22|04)/.test(each))).toEqual([]);
      await close();
    },
    60_000,
  );
});

/** By how many pixels a page is wider than its window. */
async function excess(page: Page): Promise<number> {
  return Number(await page.evaluate('Math.max(0, document.documentElement.scrollWidth - innerWidth)'));
}

async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
