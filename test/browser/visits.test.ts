import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Driven, programs, startBrowser, widths } from '../support/browsers.ts';
import { message } from '../support/default-app.ts';
import { openWholeSite, user, type WholeSite } from '../support/whole-site.ts';

const names = Object.keys(programs) as (keyof typeof programs)[];
const sizes = Object.keys(widths) as (keyof typeof widths)[];
const each = names.flatMap((name) => sizes.map((size) => ({ name, size })));

let site: WholeSite;
const browsers = new Map<string, Driven>();
beforeAll(async () => {
  site = await openWholeSite();
  for (const name of names) browsers.set(name, await startBrowser(name, site.address));
}, 600_000);
afterAll(async () => {
  for (const browser of browsers.values()) await browser.close();
  await site?.close();
});

describe.each(each)('a visitor with $name at the width of a $size', ({ name, size }) => {
  const browser = (): Driven => browsers.get(name) as Driven;

  /** A visit of somebody new; nothing may go wrong in it. */
  async function visit(path: string, what: (page: Page, wrong: string[]) => Promise<void>): Promise<void> {
    const { page, wrong, close } = await browser().open(size);
    await page.goto(site.origin + path);
    await what(page, wrong);
    expect(wrong).toEqual([]);
    await close();
  }

  it('sends the form', () =>
    visit('/', async (page) => {
      for (const [field, text] of Object.entries(message)) await page.type(`[name=${field}]`, text);
      await submit(page);
      expect(new URL(page.url()).pathname).toBe('/sent');
      expect(await textOf(page)).toContain('arrived');
    }));

  it('gets a form back that was open for longer than the session, and sends it after all', () =>
    visit('/', async (page, wrong) => {
      for (const [field, text] of Object.entries(message)) await page.type(`[name=${field}]`, text);
      await page.deleteCookie({ name: '__Host-session' });
      await submit(page);
      expect(new URL(page.url()).pathname).toBe('/');
      expect(await page.$eval('[name=message]', (field) => (field as { value?: string }).value)).toBe(message.message);
      await submit(page);
      expect(new URL(page.url()).pathname).toBe('/sent');
      // Chromium logs each answer from 400 on.
      expect(wrong.filter((line) => !line.includes('status of 400'))).toEqual([]);
      wrong.length = 0;
    }));

  it('asks by fetch, with the token of the page', () =>
    visit('/api/', async (page) => {
      await page.type('[name=name]', '<b>Zoë</b>');
      await page.click('main [type=submit]');
      await page.waitForFunction('document.querySelector("output").textContent !== ""');
      expect(await page.$eval('output', (output) => output.innerHTML)).toBe('Hello, &lt;b&gt;Zoë&lt;/b&gt;!');
    }));

  it('uploads a file and gets it back as a download', () =>
    visit('/files/', async (page) => {
      const picture = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(200_000, 7)]);
      const file = join(site.host.folder, `${name}-${size}.png`);
      writeFileSync(file, picture);
      const field = (await page.$('[type=file]')) as unknown as { uploadFile: (path: string) => Promise<void> };
      await field.uploadFile(file);
      await submit(page);
      await page.click('.list a');
      const saved = join(browser().downloads, `${name}-${size}.png`);
      await expect.poll(() => existsSync(saved) && readFileSync(saved).equals(picture), { timeout: 10_000 }).toBe(true);
      expect(new URL(page.url()).pathname).toBe('/files/');
    }));

  it('signs in and out', () =>
    visit('/account/sign-in', async (page) => {
      await signIn(page);
      expect(await textOf(page)).toContain(`signed in as ${user.name}`);
      await submit(page, 'form[action$="/sign-out"] [type=submit]');
      expect(new URL(page.url()).pathname).toBe('/account/sign-in');
      await page.goto(`${site.origin}/account/`);
      expect(new URL(page.url()).pathname).toBe('/account/sign-in');
    }));

  it('keeps no session cookie after signing out', () =>
    visit('/account/sign-in', async (page) => {
      await signIn(page);
      const cookies = async (): Promise<string[]> => (await page.cookies()).map((cookie) => cookie.name);
      expect(await cookies()).toEqual(['__Host-session']);
      // By fetch, which stays on the page: the next page with a form would begin a new session.
      await page.evaluate(`(async () => {
        const [{ value }] = document.getElementsByName('csrf_token');
        const options = { method: 'POST', redirect: 'manual', headers: { 'X-CSRFToken': value } };
        await fetch('/account/sign-out', options);
      })()`);
      expect(await cookies()).toEqual([]);
    }));
});

async function signIn(page: Page): Promise<void> {
  await page.type('[name=name]', user.name);
  await page.type('[name=password]', user.password);
  await submit(page);
}

async function submit(page: Page, button = 'main [type=submit]'): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.click(button)]);
}

async function textOf(page: Page): Promise<string> {
  return page.$eval('main', (main) => main.textContent ?? '');
}
