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
  if (installed !== undefined) return readFolder(realpathSync(installed));
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

async function download({ name, range }: NpmSource, folder: string, env: Fetching['env']): Promise<string> {
  const { execa } = await import('execa');
  const args = ['pack', `${name}@${range}`, '--json', '--ignore-scripts', '--pack-destination', folder];
  const { exitCode, stdout, stderr, message } = await execa('npm', args, {
    cwd: folder,
    env: { ...env },
    extendEnv: false,
    timeout: LONGEST_MS,
    reject: false,
  });
  const file = exitCode === 0 ? (JSON.parse(stdout) as { filename: string }[])[0]?.filename : undefined;
  if (file !== undefined) return join(folder, file.replace('@', '').replaceAll('/', '-'));
  const why = stderr.split('\n').find((line) => /^npm (?:ERR!|error)/.test(line)) ?? message ?? '';
  throw new DewarError(`The pack npm:${name}@${range} cannot be fetched: ${why.replace(/^npm (?:ERR!|error) ?/, '')}`);
}
