import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './imports.ts';
import { environment, run } from './python.ts';
import type { WholeSite } from './whole-site.ts';

/** What Mozilla's Observatory says of a site. */
export interface Verdict {
  readonly grade: string;
  readonly score: number;
  readonly testsPassed: number;
  readonly testsQuantity: number;
  /** What each test found, by its name, with the points it gave or took. */
  readonly found: Readonly<Record<string, readonly [string, number]>>;
}

/** How a program ended, and what it printed. */
interface Ended {
  readonly code: number;
  readonly output: string;
}

const scanner = '@mdn/mdn-http-observatory';

/** Scans the site; the scanner knows the usual ports only, so its connections to them are led to where the site listens. */
export async function observatory({ host, address }: WholeSite): Promise<Verdict> {
  const folder = installObservatory();
  const program = `
    import net from 'node:net';
    const ports = { 80: ${address.http}, 443: ${address.https} };
    const connect = net.Socket.prototype.connect;
    net.Socket.prototype.connect = function (given, ...rest) {
      // Options alone, or first in the list that net.connect() makes of its arguments.
      const options = Array.isArray(given) ? given[0] : given;
      Object.assign(options, { host: '127.0.0.1', port: ports[options.port] ?? options.port });
      return connect.call(this, given, ...rest);
    };
    const { scan } = await import('${scanner}');
    const { scan: verdict, tests } = await scan('${address.host}');
    const found = Object.entries(tests).map(([name, { result, scoreModifier }]) => [name, [result, scoreModifier]]);
    console.log(JSON.stringify({ ...verdict, found: Object.fromEntries(found) }));
    process.exit();`;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(host.folder, 'tls/ca.pem') };
  return JSON.parse(run(process.execPath, ['--input-type=module', '-e', program], { cwd: folder, env }));
}

/** Mozilla's scanner as its lock file says, without what its install scripts would fetch. */
function installObservatory(): string {
  const wanted = join(root, 'test/fixtures/observatory');
  const lock = readFileSync(join(wanted, 'package-lock.json'));
  const folder = join(root, '.cache/observatory', createHash('sha256').update(lock).digest('hex').slice(0, 16));
  const installed = join(folder, 'node_modules', scanner);
  const preloaded = join(installed, 'conf/hsts-preload.json');
  if (existsSync(preloaded)) return folder;
  mkdirSync(folder, { recursive: true });
  cpSync(wanted, folder, { recursive: true });
  run('npm', ['ci', '--ignore-scripts', '--omit=optional', '--engine-strict=false', '--no-audit', '--no-fund'], {
    cwd: folder,
  });
  // The list of preloaded hosts, which would be fetched; the site is on none.
  writeFileSync(preloaded, '{}\n');
  return folder;
}

/** Compares the site's TLS with a configuration that Mozilla recommends. */
export async function sslyze(site: WholeSite, mozilla: 'intermediate' | 'modern'): Promise<Ended> {
  const programs = environment(['sslyze==6.3.1']);
  const target = `${site.address.host}:${site.address.https}{127.0.0.1}`;
  const trust = ['--certinfo_ca_file', join(site.host.folder, 'tls/ca.pem')];
  return ended(join(programs, 'sslyze'), ['--mozilla_config', mozilla, ...trust, target]);
}

/** A line of testssl.sh. */
export interface Finding {
  readonly id: string;
  readonly severity: string;
  readonly finding: string;
}

/** Looks for every known vulnerability of TLS, at the protocols, and at the kinds of ciphers. */
export async function testssl({ host, address }: WholeSite): Promise<readonly Finding[]> {
  const program = '/usr/bin/testssl';
  if (!existsSync(program))
    throw new Error(`There is no ${program}: install the Debian package testssl.sh; .ci/packages lists it.`);
  const file = join(host.folder, 'testssl.json');
  const trust = ['--add-ca', join(host.folder, 'tls/ca.pem')];
  const quiet = ['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'none', '--jsonfile', file];
  const about = ['--vulnerable', '--protocols', '--std'];
  const target = ['--ip', '127.0.0.1', `${address.host}:${address.https}`];
  const { code, output } = await ended(program, [...quiet, ...trust, ...about, ...target]);
  // From 242 on it could not do its work.
  if (code >= 242) throw new Error(`testssl.sh ended with ${code}:\n${output}`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Reads the Nginx configuration for faults; one number for each severity. */
export async function gixy(programs: string, configuration: string): Promise<Ended> {
  return ended(join(programs, 'gixy'), [configuration]);
}

async function ended(program: string, args: readonly string[]): Promise<Ended> {
  const options = { encoding: 'utf8', maxBuffer: 1e8 } as const;
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [...args], options);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, output: stdout + stderr };
  }
}
