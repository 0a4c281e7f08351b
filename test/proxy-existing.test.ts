import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { addMitigations } from '../src/commands/add.ts';
import { environment, run } from './support/python.ts';
import { tree } from './support/tree.ts';

const options = { answers: {}, onConflict: 'fail', dryRun: false, diff: false } as const;
const app = `from flask import Flask, request

app = Flask(__name__)


@app.get("/")
def seen():
    return {"client": request.remote_addr, "scheme": request.scheme, "host": request.host}
`;

/** Asks the app as a peer would, behind Gunicorn; prints the status and what it saw. */
const ask = `import json, sys
from app import app

given = json.loads(sys.argv[1])
answer = app.test_client().get("/", headers=given["headers"], environ_base={"REMOTE_ADDR": given["peer"]})
print(json.dumps([answer.status_code, answer.json if answer.is_json else None]))
`;

// The oldest Flask that is supported, and the newest.
const versions = [
  ['2.2', ['flask==2.2.5', 'werkzeug==2.2.3']],
  ['3.1', ['flask==3.1.3', 'werkzeug==3.1.3']],
] as const;

describe.each(versions)('an app on Flask %s', (_, packages) => {
  let programs: string;
  beforeAll(() => {
    programs = environment(packages);
  }, 300_000);

  async function seen(peer: string, headers: Record<string, string>, variables: Record<string, string> = {}) {
    const root = tree({ 'app.py': app, 'ask.py': ask });
    await addMitigations(catalog, { root, ids: ['server'], ...options });
    const given = JSON.stringify({ peer, headers });
    const env = { PATH: process.env['PATH'] ?? '', APP_ENV: 'production', ...variables };
    return JSON.parse(run(join(programs, 'python'), ['ask.py', given], { cwd: root, env })) as [number, unknown];
  }

  const claim = {
    'X-Forwarded-For': '6.6.6.6, 203.0.113.9',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'evil.example',
  };
  const believed = { client: '203.0.113.9', scheme: 'https', host: 'localhost' };

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', ''])('believes a proxy at "%s"', async (peer) => {
    expect(await seen(peer, claim)).toEqual([200, believed]);
  });

  it.each(['10.0.0.7', '203.0.113.1', '2001:db8::1', 'nonsense'])('believes nobody at "%s"', async (peer) => {
    expect(await seen(peer, claim)).toEqual([200, { client: peer, scheme: 'http', host: 'localhost' }]);
  });

  it('believes the proxies that FORWARDED_ALLOW_IPS names, as Gunicorn does', async () => {
    for (const allowed of ['10.0.0.0/8', '10.0.0.7, 192.0.2.1', '*'])
      expect(await seen('10.0.0.7', claim, { FORWARDED_ALLOW_IPS: allowed })).toEqual([200, believed]);
    expect((await seen('127.0.0.1', claim, { FORWARDED_ALLOW_IPS: '10.0.0.7' }))[1]).toMatchObject({ scheme: 'http' });
  });

  it('believes nobody where there is no proxy', async () => {
    expect((await seen('127.0.0.1', claim, { PROXY_HOPS: '0' }))[1]).toMatchObject({ scheme: 'http' });
  });

  it('refuses unknown hosts once TRUSTED_HOSTS is set, and only then', async () => {
    const names = { TRUSTED_HOSTS: 'shop.example, .example.org' };
    for (const [host, status] of [
      ['shop.example', 200],
      ['a.example.org', 200],
      ['evil.example', 400],
    ] as const)
      expect((await seen('', { Host: host }, names))[0]).toBe(status);
    expect((await seen('', { Host: 'evil.example' }))[0]).toBe(200);
  });

  it('does not serve with addresses that are none', async () => {
    expect((await seen('', {}, { FORWARDED_ALLOW_IPS: '10.0.0.0/33' }))[0]).toBe(503);
  });
});
