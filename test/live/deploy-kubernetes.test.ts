import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { podOf } from '../support/cluster.ts';
import { domain, makeApp } from '../support/deployed.ts';
import { buildImages, type Image } from '../support/image.ts';
import { documents, type Manifest, render } from '../support/kustomize.ts';
import { ask, podBox, probe } from '../support/pod.ts';
import { run } from '../support/python.ts';
import { type Box, boxed, network, tool } from '../support/sandbox.ts';
import { certificates, type Host, type Running, start } from '../support/site.ts';

// The pod is what the manifests and the Dockerfile say, and nothing else: see test/support/pod.ts and image.ts.

const store = 'redis.example.com';
let top: string;
let host: Host;
let image: Image;
let all: Manifest[];
let net: { pid: number; stop: () => void };
let key: string;
let box: Box;
const servers: Running[] = [];

beforeAll(async () => {
  top = mkdtempSync(join(tmpdir(), 'dewar-pod-'));
  const app = makeApp(join(top, 'app'), { deploy: ['kubernetes'] });
  host = { app, slug: 'acme-portal', programs: '', folder: top };
  all = render(join(app, 'deploy/kubernetes/overlays/production'));
  image = buildImages(app, top).get('app') as Image;
  // What the cluster's DNS would say.
  appendFileSync(join(image.files, 'etc/hosts'), `127.0.0.1 ${store}\n`);
  certificates(join(top, 'tls'), store);
  net = await network();
  key = inImage(['flask', '--app', 'acme_portal', 'secret-key', 'new']);
  box = podBox(all, { top, image, network: net.pid, secret: secretValues() });
}, 600_000);
afterAll(async () => {
  for (const server of servers.reverse()) await server.stop();
  net?.stop();
  rmSync(top, { recursive: true, force: true });
});

function inImage(command: readonly string[]): string {
  const [program = '', ...args] = boxed({ ...image, mounts: [] }, command);
  return run(program, args);
}

function secretValues(): Record<string, string> {
  return {
    secret_key: key,
    redis_url: `rediss://app:pass-word@${store}:6379/0?ssl_ca_certs=/run/secrets/redis_ca.pem\n`,
    'redis_ca.pem': readFileSync(join(top, 'tls/ca.pem'), 'utf8'),
  };
}

/** Redis over TLS with a private authority, on the port that the pod's network policy lets it reach. */
async function startRedis(): Promise<Running> {
  const policies = all.filter(({ kind }) => kind === 'NetworkPolicy').flatMap(({ spec }) => spec.egress ?? []);
  const port = policies.at(-1).ports[0].port;
  const tls = (file: string): string => join(top, 'tls', file);
  const command = [
    ...[tool('nsenter'), `--net=/proc/${net.pid}/ns/net`, tool('redis-server'), '--port', '0', '--tls-port', `${port}`],
    ...['--bind', '127.0.0.1', '--save', '', '--dir', top, '--tls-auth-clients', 'no', '--user', 'default', 'off'],
    ...['--user', 'app', 'on', '>pass-word', '~*', '&*', '+@all', '--tls-ca-cert-file', tls('ca.pem')],
    ...['--tls-cert-file', tls('fullchain.pem'), '--tls-key-file', tls('privkey.pem')],
  ];
  const server = start(host, { name: 'redis', command });
  servers.push(server);
  await until(() => server.log().includes('Ready to accept connections'), server);
  return server;
}

function startPod(name: string, where: Box): Running {
  const server = start(host, { name, command: boxed(where, image.command) });
  servers.push(server);
  return server;
}

async function until(what: () => boolean, server: Running): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    if (what()) return;
    await wait(250);
  }
  throw new Error(`This did not come to be: ${what}\n${server.log().slice(-3000)}`);
}

const page = (path: string, headers: Readonly<Record<string, string>> = {}): number =>
  ask({ port: 8000, path, network: net.pid, headers: { Host: domain, 'X-Forwarded-Proto': 'https', ...headers } });

describe('the pod', () => {
  it('is refused by its own app with the example Secret, which holds nothing', { timeout: 60_000 }, async () => {
    const [example] = documents(join(host.app, 'deploy/kubernetes/secret.example.yaml')) as [Manifest];
    expect(Object.values(example['stringData'])).toEqual(Object.values(example['stringData']).map(() => ''));
    const folder = mkdtempSync(join(top, 'refused-'));
    const refused = podBox(all, { top: folder, image, network: net.pid, secret: example['stringData'] });
    const pod = startPod('refused', refused);
    expect(await pod.ended, pod.log()).toBe(3);
    for (const name of ['SECRET_KEY is missing', 'REDIS_URL is missing']) expect(pod.log()).toContain(name);
  });

  it('can write to its volumes and nowhere else, and has no rights', () => {
    const look = [
      'for folder in / /opt /opt/acme-portal /opt/venv /etc /usr/local /var /run /run/secrets /tmp /var/lib/acme-portal; do',
      '  touch $folder/x 2>/dev/null && echo $folder',
      'done; id -u; id -g; grep -E "^(CapEff|CapBnd|NoNewPrivs)" /proc/self/status',
    ];
    const [program = '', ...args] = boxed(box, ['sh', '-c', look.join('\n')]);
    const none = '0000000000000000';
    const lines = [
      '/tmp',
      '/var/lib/acme-portal',
      '10001',
      '10001',
      `CapEff:\t${none}`,
      `CapBnd:\t${none}`,
      'NoNewPrivs:\t1',
    ];
    expect(run(program, args).trim().split('\n').sort()).toEqual(lines.sort());
  });

  it('is not started before its session store answers, and then ready and alive', { timeout: 120_000 }, async () => {
    const pod = startPod('pod', box);
    await until(() => probe(all, 'livenessProbe', net.pid) === 200, pod);
    expect(probe(all, 'startupProbe', net.pid)).toBe(503);
    const redis = await startRedis();
    await until(() => probe(all, 'startupProbe', net.pid) === 200, pod);
    expect([probe(all, 'readinessProbe', net.pid), probe(all, 'livenessProbe', net.pid)]).toEqual([200, 200]);

    // What visitors see: the site under its name over HTTPS, and nothing of the checks.
    expect(page('/')).toBe(200);
    expect(page('/', { 'X-Forwarded-For': '203.0.113.9' })).toBe(200);
    expect(page('/', { Host: 'evil.example' })).toBe(400);
    expect([301, 302, 307, 308]).toContain(page('/healthz', { 'X-Forwarded-Proto': 'http' }));
    expect(page('/readyz', { 'X-Forwarded-For': '203.0.113.9' })).toBe(404);

    // The store is lost: pages go on, and the pod stays where it is.
    await redis.stop();
    expect([page('/'), page('/static/css/app.css')]).toEqual([503, 200]);
    expect([probe(all, 'readinessProbe', net.pid), probe(all, 'livenessProbe', net.pid)]).toEqual([200, 200]);
    expect(probe(all, 'startupProbe', net.pid)).toBe(503);

    const left = readdirSync(join(top, 'volume-tmp'));
    expect(left).toEqual(['x']);
  });

  it('ends within its time of grace', { timeout: 60_000 }, async () => {
    const { spec, container } = podOf(all);
    const configuration = readFileSync(join(host.app, 'deploy/gunicorn.conf.py'), 'utf8');
    const graceful = Number(/^graceful_timeout = (\d+)$/m.exec(configuration)?.[1]);
    const { seconds } = container['lifecycle'].preStop.sleep;
    expect(spec['terminationGracePeriodSeconds']).toBeGreaterThanOrEqual(seconds + graceful + 5);
  });
});
