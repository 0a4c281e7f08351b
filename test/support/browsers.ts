import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type LaunchOptions, launch, type Page } from 'puppeteer-core';
import { run } from './python.ts';
import type { Address } from './visitor.ts';

/** A browser that trusts the site's authority and finds the site by its name. */
export interface Driven {
  readonly name: Name;
  /** Where downloads go. */
  readonly downloads: string;
  /** A page of its own cookies, and what goes wrong in it. */
  readonly open: (width: Width) => Promise<{ page: Page; wrong: string[]; close: () => Promise<void> }>;
  readonly close: () => Promise<void>;
}

type Name = keyof typeof programs;
type Width = keyof typeof widths;

/** The browsers of the tests, both from the Debian packages that .ci/packages lists. */
export const programs = { chromium: '/usr/bin/chromium', firefox: '/usr/bin/firefox-esr' } as const;

/** Sizes of a window: a desktop and a small phone. */
export const widths = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 360, height: 740, deviceScaleFactor: 2 },
} as const;

/** Starts a browser for one site. */
export async function startBrowser(name: Name, site: Address): Promise<Driven> {
  const folder = mkdtempSync(join(tmpdir(), `dewar-${name}-`));
  const downloads = join(folder, 'downloads');
  mkdirSync(downloads);
  const executablePath = installed(programs[name], name === 'firefox' ? 'firefox-esr' : name);
  const options = name === 'chromium' ? chromium(folder, site) : firefox(folder, site, downloads);
  // Each keeps what it wants to keep in this folder, whoever runs the tests.
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder };
  const browser = await launch({ ...options, executablePath, headless: true, env });
  const open: Driven['open'] = (width) => openPage(browser, { name, width, downloads });
  const close = async (): Promise<void> => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  return { name, downloads, open, close };
}

function chromium(folder: string, site: Address): LaunchOptions {
  trust(join(folder, '.pki/nssdb'), site.ca);
  const quiet = ['background-networking', 'component-update', 'sync', 'quic', 'gpu'].map((each) => `--disable-${each}`);
  return {
    userDataDir: join(folder, 'profile'),
    // No sandbox: it does not start for root, as whom continuous integration often runs.
    args: [...quiet, '--no-sandbox', '--no-first-run', `--host-resolver-rules=MAP ${site.host} 127.0.0.1`],
  };
}

function firefox(folder: string, site: Address, downloads: string): LaunchOptions {
  const profile = join(folder, 'profile');
  trust(profile, site.ca);
  return {
    browser: 'firefox',
    userDataDir: profile,
    extraPrefsFirefox: {
      'network.dns.localDomains': site.host,
      'browser.download.dir': downloads,
      'browser.download.folderList': 2,
      'browser.download.always_ask_before_handling_new_types': false,
    },
  };
}

/** Puts the authority into a certificate store of Mozilla's format, which Chromium reads too. */
function trust(store: string, ca: string): void {
  const certutil = installed('/usr/bin/certutil', 'libnss3-tools');
  mkdirSync(store, { recursive: true });
  const file = join(store, 'ca.pem');
  writeFileSync(file, ca);
  run(certutil, ['-N', '-d', `sql:${store}`, '--empty-password']);
  run(certutil, ['-A', '-d', `sql:${store}`, '-n', 'test', '-t', 'C,,', '-i', file]);
}

function installed(path: string, name: string): string {
  if (existsSync(path)) return path;
  throw new Error(`There is no ${path}: install the Debian package ${name}; .ci/packages lists it.`);
}

async function openPage(
  browser: Browser,
  { name, width, downloads }: { name: Name; width: Width; downloads: string },
): ReturnType<Driven['open']> {
  const downloadBehavior = { policy: 'allow', downloadPath: downloads } as const;
  const context = await browser.createBrowserContext(name === 'chromium' ? { downloadBehavior } : {});
  const page = await context.newPage();
  const phone = name === 'chromium' && width === 'phone' ? { isMobile: true, hasTouch: true } : {};
  await page.setViewport({ ...widths[width], ...phone });
  const wrong: string[] = [];
  page.on('console', (line) => {
    if (['error', 'warn', 'issue'].includes(line.type())) wrong.push(`${line.type()}: ${line.text()}`);
  });
  page.on('pageerror', (error) => wrong.push(`script: ${error}`));
  page.on('requestfailed', (request) => {
    // A download leaves the page as it is, which counts as a request that was given up.
    const why = request.failure()?.errorText ?? '';
    if (!/ERR_ABORTED|NS_BINDING_ABORTED/.test(why)) wrong.push(`${request.url()}: ${why}`);
  });
  // Firefox keeps violations out of what a driver hears from its console.
  await page.exposeFunction('violated', (text: string) => wrong.push(`policy: ${text}`));
  await page.evaluateOnNewDocument(hearViolations);
  return { page, wrong, close: () => context.close() };
}

function hearViolations(): void {
  const window = globalThis as unknown as {
    addEventListener: (name: string, hear: (event: { violatedDirective: string; blockedURI: string }) => void) => void;
    violated: (text: string) => void;
  };
  window.addEventListener('securitypolicyviolation', (event) => {
    window.violated(`${event.violatedDirective} ${event.blockedURI}`);
  });
}
