import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { domain, makeDefaultApp } from './support/default-app.ts';
import { lockedEnvironment } from './support/locked.ts';
import { type Host, production, startGunicorn } from './support/site.ts';

interface Unsafe {
  readonly title: string;
  /** What the log must say, the name of the variable above all. */
  readonly reason: RegExp;
  readonly changes?: NodeJS.ProcessEnv;
  /** A line of the settings that the environment cannot set. */
  readonly setting?: string;
}

const table: readonly Unsafe[] = [
  { title: 'with the embedded store', reason: /SESSION_STORE is embedded/, setting: 'SESSION_STORE = "embedded"' },
  { title: 'with debug on', reason: /FLASK_DEBUG/, changes: { FLASK_DEBUG: '1' } },
  { title: 'with debug set in code', reason: /DEBUG is on/, setting: 'DEBUG = True' },
  { title: 'with testing on', reason: /TESTING is on/, setting: 'TESTING = True' },
  { title: 'with FLASK_ENV=development', reason: /FLASK_ENV is development/, changes: { FLASK_ENV: 'development' } },
  {
    title: 'with a weak key',
    reason: /SECRET_KEY contains a word/,
    changes: { SECRET_KEY: 'change-me-change-me-change-me-change-me' },
  },
  { title: 'without a key', reason: /SECRET_KEY is missing/, changes: { SECRET_KEY: '' } },
  { title: 'without trusted hosts', reason: /TRUSTED_HOSTS: set it/, changes: { TRUSTED_HOSTS: '' } },
  {
    title: 'with plain-text Redis on another host',
    reason: /REDIS_URL/,
    changes: { REDIS_URL: 'redis://cache.example.com:6379/0' },
  },
  { title: 'without a Redis', reason: /REDIS_URL is missing/, changes: { REDIS_URL: '' } },
  { title: 'as an unknown tier', reason: /APP_ENV: 'prod' is no tier/, changes: { APP_ENV: 'prod' } },
  {
    title: 'with a number that is none',
    reason: /MAX_CONTENT_LENGTH: must be/,
    changes: { MAX_CONTENT_LENGTH: 'lots' },
  },
];

let top: string;
let host: Host;
beforeAll(async () => {
  top = await makeDefaultApp();
  const app = join(top, 'app');
  const programs = lockedEnvironment(readFileSync(join(app, 'requirements/dev.txt'), 'utf8'));
  host = { app, slug: 'acme-portal', programs, folder: join(top, 'host') };
  mkdirSync(host.folder);
}, 600_000);
afterAll(() => rmSync(top, { recursive: true, force: true }));

// That Gunicorn starts with these and nothing else is shown where the app is live.
const safe = { REDIS_URL: 'unix:///run/redis/redis.sock', TRUSTED_HOSTS: domain };

describe.skipIf(process.platform === 'win32')('Gunicorn refuses to start', () => {
  it.each(table)('$title, and says what to set', { timeout: 60_000 }, async (unsafe) => {
    const source = unsafe.setting === undefined ? join(host.app, 'src') : withSetting(unsafe.setting);
    const environment = production(host, { ...safe, PYTHONPATH: source, ...unsafe.changes });
    const server = startGunicorn(host, unsafe.title.replaceAll(' ', '-'), environment);
    try {
      expect(await server.ended, server.log()).toBe(3);
    } finally {
      await server.stop();
    }
    const lines = server.log().split('\n');
    expect(lines.filter((line) => line.includes('refusing to serve')).join('\n')).toMatch(unsafe.reason);
  });
});

/** The app's code with one more line in the settings of production; gives its folder. */
function withSetting(line: string): string {
  const copy = mkdtempSync(join(top, 'changed-'));
  cpSync(join(host.app, 'src'), copy, { recursive: true });
  const settings = join(copy, 'acme_portal/settings/production.py');
  writeFileSync(settings, `${readFileSync(settings, 'utf8')}    ${line}\n`);
  return copy;
}
