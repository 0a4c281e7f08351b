import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { message } from '../support/default-app.ts';
import { openProduction, type ProductionSite } from '../support/production-site.ts';
import { run } from '../support/python.ts';
import { tokenOf } from '../support/server.ts';
import { type Visitor, visitor } from '../support/visitor.ts';

interface Line {
  readonly time: string;
  readonly epoch?: number;
  readonly request_id?: string;
  readonly event?: string;
  readonly message?: string;
  readonly source_ip?: string;
}

const password = 'correct horse battery';
const environment = { SECRET_KEY: randomBytes(32).toString('base64url'), LOG_LEVEL: 'DEBUG' };
const extra = `

@blueprint.post("/crash")
def crash() -> str:
    """Fail with all that a request and the settings hold, for a test."""
    from flask import current_app
    cookies, fields = dict(request.cookies), dict(request.form)
    raise RuntimeError(f"{current_app.config['SECRET_KEY']} {cookies} {fields.get('note')}")
`;

describe('the logs of Nginx, Gunicorn and the app', () => {
  let site: ProductionSite;
  let ann: Visitor;
  beforeAll(async () => {
    site = await openProduction(
      (app) => appendFileSync(join(app, 'src/acme_portal/main/routes.py'), extra),
      environment,
    );
    const add = ['--app', 'acme_portal', 'users', 'add', 'ann', '--password', password];
    run(join(site.host.programs, 'flask'), add, { env: site.environment });
    ann = visitor(site.address);
  }, 600_000);
  afterAll(() => site.close());

  const nginx = (name: string): string => readFileSync(join(site.host.folder, 'var/log/nginx', name), 'utf8');
  const parsed = (text: string): Line[] =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  const events = (): string[] => parsed(site.gunicorn.log()).flatMap(({ event }) => event ?? []);
  const tokenHere = async (path = '/'): Promise<string> => tokenOf((await ann.get(path)).text);
  const used: string[] = [];

  it('name what happened in the words of OWASP, by ids and addresses', async () => {
    await ann.submit('/account/sign-in', { name: 'ann', password: 'not her password' });
    await ann.submit('/account/sign-in', { name: password, password: 'x' });
    used.push(...ann.cookies.values(), await tokenHere('/account/sign-in'));
    await ann.submit('/account/sign-in', { name: 'ann', password });
    used.push(...ann.cookies.values(), await tokenHere());
    await ann.ask('POST', '/', { body: message, headers: { Origin: 'https://evil.example' } });
    await ann.ask('POST', '/', { body: { ...message, csrf_token: 'x' } });
    await ann.submit('/account/', {}, '/account/sign-out');
    await ann.ask('POST', '/', { body: { ...message, csrf_token: used.at(-1) ?? '' } });
    const violation = { effectiveDirective: 'img-src', blockedURL: 'https://evil.example/x?token=secret-token' };
    const body = Buffer.from(JSON.stringify([{ type: 'csp-violation', body: violation }]));
    await ann.ask('POST', '/browser-reports', { body, headers: { 'Content-Type': 'application/reports+json' } });
    expect(events()).toEqual([
      'authn_login_fail:1',
      'authn_login_fail:unknown',
      'authn_login_success:1',
      'malicious_csrf:127.0.0.1',
      'malicious_csrf:127.0.0.1',
      'session_logout:1',
      'session_expired:127.0.0.1,form',
      'malicious_csp_violation:127.0.0.1,img-src,https://evil.example/x,',
    ]);
  });

  it('are JSON in UTC, every line of them', async () => {
    await wait(300); // Nginx writes a line when the connection is done with
    for (const line of parsed(site.gunicorn.log())) expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/);
    for (const line of parsed(nginx('access.log'))) expect(line.epoch).toBeGreaterThan(1.7e9);
  });

  it('know a request by one id, from the proxy to the app and to the page', async () => {
    const answer = await ann.ask('POST', '/crash', { body: { csrf_token: await tokenHere() } });
    const [id = ''] = answer.headers['x-request-id'] ?? [];
    expect(answer.status).toBe(500);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.text).toContain(id);
    const own = parsed(site.gunicorn.log()).filter(({ request_id }) => request_id === id);
    expect(own.map(({ source_ip }) => source_ip)).toContain('127.0.0.1');
    await wait(300);
    expect(parsed(nginx('access.log')).filter(({ request_id }) => request_id === id)).toHaveLength(1);
  });

  it('obey nobody who writes line breaks, colours or marks of direction into a request', async () => {
    const note = 'a\n{"level": "CRITICAL"}\n\u001b]0;title\u0007\u001b[2J\u202e\u2028';
    await ann.ask('POST', '/crash', { body: { note, csrf_token: await tokenHere() } });
    await ann.get(`/%0a%7B%22level%22%3A%22CRITICAL%22%7D%1b%5b2J%e2%80%ae`, { 'User-Agent': 'x\u009b31m' });
    const body = Buffer.from(JSON.stringify([{ type: note, body: { blockedURL: note, effectiveDirective: note } }]));
    await ann.ask('POST', '/browser-reports', { body, headers: { 'Content-Type': 'application/reports+json' } });
    const text = site.gunicorn.log();
    expect(text).not.toMatch(/[^\n -~]/);
    // Nor does it once the JSON is read: a traceback keeps its line breaks, and nothing else.
    for (const line of parsed(text)) expect(Object.values(line).join(' ')).toMatch(/^[\n\P{C}]*$/u);
    await wait(300);
    expect(nginx('access.log')).toMatch(/^[\n\P{C}]*$/u);
    parsed(nginx('access.log'));
  });

  it('hold neither keys, passwords, tokens nor cookies', async () => {
    const header = { Authorization: 'Bearer secret-token', Cookie: `__Host-session=${'s'.repeat(43)}` };
    await visitor(site.address).get('/none?token=secret-token', header);
    await visitor(site.address).get('/?token=secret-token', header);
    await wait(300);
    used.push(
      ...ann.cookies.values(),
      environment.SECRET_KEY,
      password,
      'not her password',
      'secret-token',
      's'.repeat(43),
    );
    const text = [site.gunicorn.log(), nginx('access.log'), nginx('error.log')].join('\n');
    expect(used.length).toBeGreaterThan(8);
    expect(used.filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).toContain('[secret]');
    for (const secret of [message.message, message.email]) expect(text).not.toContain(secret);
  });
});
