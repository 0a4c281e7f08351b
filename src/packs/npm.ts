import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DewarError, Exit } from '../error.ts';
import { type Contents, limits, manifestFile, readFolder } from './contents.ts';
import type { Fetching } from './fetch.ts';
import type { Source } from './source.ts';
import { unpack } from './tar.ts';

type NpmSource = Extract<Source, { kind: 'npm' }>;

/** A package has more in it than its pack. */
const LARGEST = 8 * limits.total;
const LONGEST_MS = 120_000;

/**
 * Reads a pack from an npm package: the installed one where there is one, else the one that npm fetches. No script of it
 * is run, and none of what it depends on is looked at.
 * @throws DewarError where npm cannot get it.
 */
export async function fetchNpm(source: NpmSource, { env, root }: Fetching): Promise<Contents> {
  const installed = installedAt(root, source.name);
  if (installed !== undefined) {
    refuseOther(source, installed);
    return readFolder(realpathSync(installed));
  }
  const folder = mkdtempSync(join(tmpdir(), 'dewar-pack-'));
  try {
    const archive = await download(source, folder, env);
    const contents = unpack(`npm:${source.name}`, gunzipSync(readFileSync(archive), { maxOutputLength: LARGEST }));
    if (contents.has(manifestFile)) return contents;
    throw new DewarError(`The package ${source.name} has no ${manifestFile}: it is no pack.`, Exit.usage);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function installedAt(root: string, name: string): string | undefined {
  const folder = join(root, 'node_modules', name);
  if (existsSync(join(folder, manifestFile))) return folder;
  const above = dirname(root);
  return above === root ? undefined : installedAt(above, name);
}

/** What is installed is what its developers work with: another version than the wanted one is for them to install. */
function refuseOther({ name, range }: NpmSource, folder: string): void {
  const file = join(folder, 'package.json');
  const version: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
  if (typeof version !== 'string' || fits(version, range)) return;
  throw new DewarError(
    `npm:${name}@${range}: ${version} is installed in ${folder}. Install what is wanted (npm install ${name}@${range}), or write npm:${name}@${version}.`,
    Exit.usage,
  );
}

/** What the usual ranges say; any other is npm's to judge, which installed the package. */
function fits(version: string, range: string): boolean {
  const [, operator = '', wanted = ''] = /^([\^~]?)v?(\d+(?:\.\d+){0,2})$/.exec(range) ?? [];
  const [have, want] = [partsOf(version), partsOf(wanted)];
  if (wanted === '' || isOlder(have, want)) return wanted === '';
  return want.slice(0, firmIn(want, operator)).every((part, index) => have[index] === part);
}

function partsOf(version: string): number[] {
  return version.split(/[.+-]/).slice(0, 3).map(Number);
}

/** How many parts of a version may not be others: with a caret up to the first that is no zero. */
function firmIn(want: readonly number[], operator: string): number {
  if (operator === '^') return want.findIndex((part) => part > 0) + 1 || want.length;
  return operator === '~' ? Math.min(want.length, 2) : want.length;
}

function isOlder(have: readonly number[], want: readonly number[]): boolean {
  const at = want.findIndex((part, index) => have[index] !== part);
  return at !== -1 && (have[at] ?? 0) < (want[at] ?? 0);
}

/** What npm means by its codes. */
const reasons: Readonly<Record<string, string>> = {
  E404: 'the registry has no such package',
  ETARGET: 'the registry has no version of it that fits',
  ENOVERSIONS: 'the registry has no version of it',
  E401: 'the registry wants a login: npm login',
  E403: 'the registry does not give it to you',
  ENOTCACHED: 'npm is offline, and has no copy of it',
  ENOTFOUND: 'the registry is not found: is there a network?',
  EAI_AGAIN: 'the registry is not found: is there a network?',
  ECONNREFUSED: 'the registry does not answer',
  ETIMEDOUT: 'the registry does not answer in time',
};

/** Says it in words; what npm has no code for is said in its own. */
function reasonIn(said: string): string {
  const lines = said.split('\n').flatMap((line) => /^npm (?:ERR!|error) ?(.*)$/.exec(line)?.[1] ?? []);
  const code = /^code (\S+)/.exec(lines[0] ?? '')?.[1] ?? '';
  return reasons[code] ?? lines.find((line) => !line.startsWith('code ')) ?? '';
}

async function download({ name, range }: NpmSource, folder: string, env: Fetching['env']): Promise<string> {
  const { execa } = await import('execa');
  const args = [
    'pack',
    `${name}@${range}`,
    '--json',
    '--ignore-scripts',
    '--pack-destination',
    folder,
    '--prefer-online',
  ];
  const { exitCode, stdout, stderr, code, timedOut } = await execa('npm', args, {
    cwd: folder,
    env: { ...env },
    extendEnv: false,
    timeout: LONGEST_MS,
    reject: false,
  });
  const file = exitCode === 0 ? (JSON.parse(stdout) as { filename: string }[])[0]?.filename : undefined;
  if (file !== undefined) return join(folder, file.replace('@', '').replaceAll('/', '-'));
  const why = code === 'ENOENT' ? 'npm was not found' : timedOut ? 'npm took too long' : reasonIn(stderr ?? '');
  throw new DewarError(`The pack npm:${name}@${range} cannot be fetched: ${why.replace(/\.$/, '')}.`);
}
