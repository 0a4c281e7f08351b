import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { domain, makeApp } from '../support/deployed.ts';
import { commandsOf, standIns } from '../support/guide.ts';
import { buildImages, type Image } from '../support/image.ts';
import { documents } from '../support/kustomize.ts';
import { run } from '../support/python.ts';
import { type Box, boxed, building } from '../support/sandbox.ts';
import { certificates, type Host, type Running, start } from '../support/site.ts';

// The guide is followed word for word on a machine of its own; only what needs root's services is stood in for.

let top: string;
let app: string;
let guide: string;
let image: Image;

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'dewar-guide-'));
  app = makeApp(join(top, 'app'), { deploy: ['systemd', 'docker', 'kubernetes'] });
  guide = readFileSync(join(app, 'docs/deployment.md'), 'utf8');
  image = buildImages(app, top).get('app') as Image;
  // Not yet a host of this app.
  for (const line of ['passwd', 'group', 'shadow', 'gshadow'])
    run('sed', ['-i', '/^acme-portal:/d', join(image.files, 'etc', line)]);
  rmSync(join(image.files, 'var/lib/acme-portal'), { recursive: true });
  standIns(join(image.files, 'tmp/stand-ins'), '/tmp/calls');
  certificates(join(top, 'tls'), domain);
  cpSync(join(top, 'tls'), join(image.files, 'tmp/tls'), { recursive: true });
}, 600_000);
afterAll(() => rmSync(top, { recursive: true, force: true }));

/** Runs commands as root on the machine; gives how the stand-ins were called. */
function follow(commands: readonly string[], folder: string): string[] {
  const PATH = `/tmp/stand-ins:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  const registry = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^PIP_|_proxy$|^(SSL|REQUESTS)_/i.test(name)),
  );
  const env = { ...(registry as Record<string, string>), PATH, HOME: '/tmp', GIT_CONFIG_COUNT: '0' };
  rmSync(join(image.files, 'tmp/calls'), { force: true });
  const [program = '', ...args] = building({ files: image.files, env, folder }, ['sh', '-ec', commands.join('\n')]);
  run(program, args);
  const calls = join(image.files, 'tmp/calls');
  return existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [];
}

describe('the guide for systemd', () => {
  it('sets a host up, command by command, with Nginx', { timeout: 300_000 }, () => {
    const repository = join(image.files, 'tmp/repository');
    rmSync(join(image.files, 'opt/acme-portal'), { recursive: true });
    cpSync(app, repository, { recursive: true });
    run('git', ['init', '-q', repository]);
    run('git', ['-C', repository, 'add', '.']);
    run('git', ['-C', repository, '-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', 'a']);
    const setup = commandsOf(guide, 'On a host, with systemd');
    const front = commandsOf(guide, 'Nginx');
    expect([setup.length, front.length]).toEqual([6, 1]);
    const commands = [...setup, ...front].map((each) => each.replace('YOUR-REPOSITORY', '/tmp/repository'));
    const calls = follow(commands, '/');
    expect(calls).toContain('systemctl enable --now acme-portal');
    expect(statSync(join(image.files, 'etc/systemd/system/acme-portal.service')).isFile()).toBe(true);
  });

  it('leaves the key to the service alone, and the code to root', () => {
    const key = statSync(join(image.files, 'etc/acme-portal/secret_key'));
    const group = /^acme-portal:x:(\d+):/m.exec(readFileSync(join(image.files, 'etc/group'), 'utf8'))?.[1];
    expect([key.uid, `${key.gid}`, key.mode & 0o777]).toEqual([0, group, 0o640]);
    expect(statSync(join(image.files, 'opt/acme-portal/src')).uid).toBe(0);
  });

  it('ends in a unit whose own values start the app', { timeout: 120_000 }, async () => {
    const { box, command } = unit();
    const host: Host = { app, slug: 'acme-portal', programs: '', folder: top };
    const server = start(host, { name: 'unit', command: boxed(box, command) });
    try {
      expect(await answered(box, server), server.log()).toBe('200');
    } finally {
      await server.stop();
    }
  });
});

/** What the unit tells systemd: program, user, variables, and the only folders that may be written. */
function unit(): { box: Box; command: string[] } {
  const text = readFileSync(join(image.files, 'etc/systemd/system/acme-portal.service'), 'utf8');
  const all = (name: string): string[] =>
    [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);
  const variables = all('Environment').flatMap((line) => line.split(' '));
  const lines = readFileSync(join(image.files, all('EnvironmentFile')[0] ?? ''), 'utf8').split('\n');
  const pairs = [...variables, ...lines.filter((line) => /^\w+=/.test(line))].map((each) =>
    each.split(/=(.*)/s).slice(0, 2),
  );
  const entry = new RegExp(`^${all('User')[0]}:x:(\\d+):(\\d+):`, 'm').exec(
    readFileSync(join(image.files, 'etc/passwd'), 'utf8'),
  );
  const [uid = 0, gid = 0] = (entry ?? []).slice(1).map(Number);
  expect(all('ProtectSystem')).toEqual(['strict']);
  const folders = { run: all('RuntimeDirectory')[0], 'var/lib': all('StateDirectory')[0] };
  const mounts = Object.entries(folders).map(([below, name]) => {
    const folder = join(image.files, below, name ?? '');
    mkdirSync(folder, { recursive: true });
    run('chown', [`${uid}:${gid}`, folder]);
    return { path: `/${below}/${name}`, folder, writable: true };
  });
  const env = { PATH: '/usr/bin:/bin', ...Object.fromEntries(pairs) };
  const box = {
    files: image.files,
    user: { uid, gid },
    env,
    folder: all('WorkingDirectory')[0] ?? '/',
    mounts: [...mounts, scratch()],
  };
  return { box, command: (all('ExecStart')[0] ?? '').split(' ') };
}

/** PrivateTmp=yes. */
function scratch(): Box['mounts'][number] {
  const folder = mkdtempSync(join(top, 'private-'));
  run('chmod', ['1777', folder]);
  return { path: '/tmp', folder, writable: true };
}

/** Asks the app on its socket, as Nginx would, for a page that needs no store. */
async function answered(box: Box, server: Running): Promise<string> {
  const question = ['-s', '-o', '/dev/null', '-w', '%{http_code}', '--unix-socket', '/run/acme-portal/gunicorn.sock'];
  const page = ['-H', 'X-Forwarded-Proto: https', `http://${domain}/healthz`];
  const [program = '', ...args] = boxed(box, ['sh', '-c', 'curl "$@"; true', 'sh', ...question, ...page]);
  let over = false;
  void server.ended.then(() => {
    over = true;
  });
  for (let tries = 0; tries < 60 && !over; tries++) {
    const status = run(program, args).trim();
    if (status !== '000') return status;
    await wait(500);
  }
  return 'no answer';
}

describe('the guide for containers', () => {
  const files = (): string[] => readdirSync(join(image.files, 'opt/acme-portal/secrets'));

  it('makes every secret that the compose file mounts', { timeout: 60_000 }, () => {
    const calls = follow(commandsOf(guide, 'With Docker Compose'), '/opt/acme-portal');
    expect(calls.at(-2)).toBe('docker compose up --build --detach');
    expect(files()).toContain('secret_key');
    const { uid, mode } = statSync(join(image.files, 'opt/acme-portal/secrets/secret_key'));
    expect([uid, mode & 0o777]).toEqual([10001, 0o440]);
  });

  it('makes every key of the Secret that the pods mount, and names only what is there', { timeout: 60_000 }, () => {
    rmSync(join(image.files, 'opt/acme-portal/secrets'), { recursive: true });
    const calls = follow(commandsOf(guide, 'On Kubernetes'), '/opt/acme-portal');
    const [example] = documents(join(app, 'deploy/kubernetes/secret.example.yaml'));
    expect(files().sort()).toEqual(Object.keys(example?.['stringData']).sort());
    const named = calls.flatMap((call) =>
      [...call.matchAll(/(?<= )(?:-f |-k |--from-file=)(\S+)/g)].map(([, path = '']) => path),
    );
    expect(named.length).toBeGreaterThan(3);
    for (const path of named.filter((each) => each !== '-'))
      expect(existsSync(join(app, path)) || path === 'secrets').toBe(true);
    expect(
      calls.filter((call) => call.includes(' create secret ')).every((call) => call.includes('-n acme-portal ')),
    ).toBe(true);
    for (const call of calls.filter((each) => each.includes('--target')))
      expect(readFileSync(join(app, 'Dockerfile'), 'utf8')).toContain(` AS ${/--target (\w+)/.exec(call)?.[1]}\n`);
  });
});
