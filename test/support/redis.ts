import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { run } from './python.ts';
import { freePort } from './server.ts';
import { type Host, type Running, start } from './site.ts';

/** Servers of Debian's Redis with TLS only, on the loopback address, with a certificate of an authority of their own. */
export interface RedisServers {
  /** The authority's certificate. */
  readonly ca: string;
  /** A server; with a file of configuration a sentinel. */
  readonly start: (port: number, options?: readonly string[], configuration?: string) => Promise<Running>;
  /** Asks a server, as the user who may do all unless options say another. */
  readonly ask: (port: number, ...words: string[]) => string;
}

const server = '/usr/bin/redis-server';

/** Makes the certificates; no server runs yet. */
export function redisServers(host: Host, own: (server: Running) => Running): RedisServers {
  if (!existsSync(server))
    throw new Error(`There is no ${server}: install the Debian package redis-server; .ci/packages lists it.`);
  const folder = join(host.folder, 'redis');
  certify(folder);
  const file = (name: string): string => join(folder, name);
  const ask: RedisServers['ask'] = (port, ...words) =>
    run('timeout', ['20', '/usr/bin/redis-cli', '--tls', '--cacert', file('ca.pem'), '-p', `${port}`, ...words]).trim();
  const begin: RedisServers['start'] = async (port, options = [], configuration = undefined) => {
    const dir = file(`${port}`);
    mkdirSync(dir, { recursive: true });
    const keys = ['--tls-cert-file', file('site.pem'), '--tls-key-file', file('privkey.pem')];
    const trust = ['--tls-ca-cert-file', file('ca.pem'), '--tls-auth-clients', 'no', '--tls-replication', 'yes'];
    const places = ['--port', '0', '--tls-port', `${port}`, '--bind', '127.0.0.1', '--dir', dir];
    const kind = configuration ? [configuration, '--sentinel'] : [];
    const data = configuration ? [] : ['--save', '', '--repl-diskless-sync-delay', '0'];
    const command = [server, ...kind, ...places, ...keys, ...trust, ...data, ...options];
    const running = own(start(host, { name: `redis-${port}`, command }));
    await until(() => /PONG|NOAUTH/.test(ask(port, 'ping')), running);
    return running;
  };
  return { ca: file('ca.pem'), start: begin, ask };
}

/** A test authority and a certificate for the loopback address; cluster nodes show it to each other as clients too. */
function certify(folder: string): void {
  mkdirSync(folder);
  const openssl = (command: string): string => run('openssl', command.split(' '), { cwd: folder });
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  openssl(
    `req -x509 ${key} -keyout ca.key -out ca.pem -days 2 -subj /CN=Redis-CA -addext keyUsage=critical,keyCertSign`,
  );
  openssl(`req ${key} -keyout privkey.pem -out site.csr -subj /CN=localhost`);
  writeFileSync(join(folder, 'extensions'), 'subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n');
  openssl('x509 -req -in site.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile extensions -out site.pem');
}

/** A server without TLS, on the loopback address and on a socket file. */
export async function plainRedis(host: Host): Promise<{ url: string; socket: string; server: Running }> {
  const [port = 0] = await ports(1);
  const socket = join(host.folder, 'plain.sock');
  const places = ['--port', `${port}`, '--bind', '127.0.0.1', '--unixsocket', socket, '--dir', host.folder];
  const running = start(host, { name: 'plain', command: [server, ...places, '--save', ''] });
  await until(() => /PONG/.test(run('/usr/bin/redis-cli', ['-s', socket, 'ping'])), running);
  return { url: `redis://127.0.0.1:${port}/0`, socket, server: running };
}

/** Some free ports. */
export async function ports(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) found.add(await freePort());
  return [...found];
}

/** A master with a replica, and three sentinels with a password that watch them. */
export async function sentinels(servers: RedisServers, folder: string) {
  const [main = 0, copy = 0, ...watching] = await ports(5);
  const master = await servers.start(main);
  const replica = await servers.start(copy, ['--replicaof', '127.0.0.1', `${main}`]);
  await until(() => /state=online/.test(servers.ask(main, 'info', 'replication')), replica);
  const watchers: Running[] = [];
  for (const port of watching) {
    const file = join(folder, `sentinel-${port}.conf`);
    writeFileSync(file, sentinelConfiguration(main));
    watchers.push(await servers.start(port, [], file));
  }
  const known = (port: number): string => servers.ask(port, '-a', 'word', '--no-auth-warning', 'sentinel', 'masters');
  const complete = (port: number): boolean =>
    /num-other-sentinels\n2\n/.test(known(port)) && /num-slaves\n1\n/.test(known(port));
  await until(() => watching.every(complete), master);
  const places = watching.map((port) => `127.0.0.1:${port}`).join();
  return {
    url: `rediss+sentinel://${places}/main?sentinel_password=word&ssl_ca_certs=${servers.ca}`,
    master,
    replica,
    watchers,
  };
}

function sentinelConfiguration(main: number): string {
  return `sentinel monitor main 127.0.0.1 ${main} 2
sentinel down-after-milliseconds main 1000
sentinel failover-timeout main 3000
requirepass word
sentinel sentinel-pass word
`;
}

/** Three masters that share the keys. */
export async function cluster(servers: RedisServers, options: readonly string[]) {
  const own = await clusterPorts();
  const nodes: Running[] = [];
  for (const port of own)
    nodes.push(await servers.start(port, ['--cluster-enabled', 'yes', '--tls-cluster', 'yes', ...options]));
  const places = own.map((port) => `127.0.0.1:${port}`);
  servers.ask(own[0] ?? 0, '--cluster', 'create', ...places, '--cluster-yes');
  for (const [index, node] of nodes.entries())
    await until(() => /cluster_state:ok/.test(servers.ask(own[index] ?? 0, 'cluster', 'info')), node);
  return { url: `rediss+cluster://app:app@${places.join()}?ssl_ca_certs=${servers.ca}`, nodes, ports: own };
}

/** Cluster nodes speak to each other on a port 10,000 higher. */
async function clusterPorts(): Promise<number[]> {
  const low = (await ports(12)).map((port) => 20_000 + (port % 10_000));
  return low.slice(0, 3);
}

async function until(what: () => boolean, { ended, log }: Running): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (let tries = 0; tries < 200 && !over; tries++) {
    try {
      if (what()) return;
    } catch {
      // Not yet.
    }
    await wait(100);
  }
  throw new Error(`A Redis of the test is not ready:\n${log().slice(-3000)}`);
}
