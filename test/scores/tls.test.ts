import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gixy, sslyze, testssl } from '../support/scanners.ts';
import { openWholeSite, type WholeSite } from '../support/whole-site.ts';

const neverOffered = ['SSLv2', 'SSLv3', 'cipherlist_NULL', 'cipherlist_aNULL', 'cipherlist_EXPORT'];
const vulnerabilities = ['heartbleed', 'CCS', 'ticketbleed', 'ROBOT', 'CRIME_TLS', 'BREACH', 'POODLE_SSL', 'SWEET32'];
vulnerabilities.push('FREAK', 'DROWN', 'LOGJAM', 'BEAST', 'LUCKY13', 'RC4', 'secure_client_renego', 'fallback_SCSV');

describe('TLS and Nginx as shipped', () => {
  let site: WholeSite;
  beforeAll(async () => {
    site = await openWholeSite();
  }, 600_000);
  afterAll(() => site?.close());

  it("are what Mozilla's intermediate profile asks for, says sslyze", async () => {
    const { code, output } = await sslyze(site, 'intermediate');
    expect(output).toContain('OK - Compliant');
    expect(code, output).toBe(0);
  }, 300_000);

  it('have no vulnerability that testssl.sh knows', async () => {
    const findings = await testssl(site);
    const bad = findings.filter(({ severity }) => /LOW|MEDIUM|HIGH|CRITICAL|FATAL/.test(severity));
    expect(bad).toEqual([]);
    const good = findings.filter(({ severity }) => severity === 'OK').map(({ id }) => id);
    expect(good).toEqual(expect.arrayContaining([...neverOffered, ...vulnerabilities]));
  }, 600_000);

  it('have no fault that gixy knows', async () => {
    const { code, output } = await gixy(site.host.programs, join(site.host.app, 'deploy/nginx/nginx.conf'));
    expect(output).toMatch(/Low:\s*0\s+Medium:\s*0\s+High:\s*0/);
    expect(code, output).toBe(0);
  }, 60_000);
});

describe('TLS with 1.3 only, as the comment in tls.conf describes it', () => {
  let site: WholeSite;
  beforeAll(async () => {
    site = await openWholeSite({}, (app) => {
      const file = join(app, 'deploy/nginx/snippets/tls.conf');
      const text = readFileSync(file, 'utf8');
      writeFileSync(
        file,
        text.replace('ssl_protocols TLSv1.2 TLSv1.3', 'ssl_protocols TLSv1.3').replace(/^ssl_ciphers .*\n/m, ''),
      );
    });
  }, 600_000);
  afterAll(() => site?.close());

  it("is what Mozilla's modern profile asks for, says sslyze", async () => {
    const { code, output } = await sslyze(site, 'modern');
    expect(output).toContain('OK - Compliant');
    expect(code, output).toBe(0);
  }, 300_000);
});
