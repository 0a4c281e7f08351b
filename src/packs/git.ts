import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import { type Contents, collecting, hashOf, isPart, manifestFile, refused } from './contents.ts';
import type { Fetched, Fetching } from './fetch.ts';
import type { Source } from './source.ts';

type GitSource = Extract<Source, { kind: 'git' }>;
/** Runs Git; resolves to what it printed. */
type Git = (args: readonly string[], input?: string) => Promise<Buffer>;

/** Nothing that a repository or its server says may make Git run a program, or fetch from elsewhere. */
const careful = [
  'core.hooksPath=/dev/null',
  'protocol.ext.allow=never',
  'core.fsmonitor=false',
  'gc.auto=0',
  'fetch.fsckObjects=true',
];
const quiet = { GIT_ALLOW_PROTOCOL: 'https:ssh:file', GIT_TERMINAL_PROMPT: '0', GIT_LFS_SKIP_SMUDGE: '1' };
const LONGEST_MS = 120_000;

/**
 * Reads a pack out of a Git repository. Nothing is checked out, so that no filter, link or attribute of it has an effect.
 * @throws DewarError where Git cannot get it, and where a tag is not what it was.
 */
export async function fetchGit(source: GitSource, { env, recorded }: Fetching): Promise<Fetched> {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-pack-'));
  try {
    const git = await runner(folder, source, env);
    await git(['init', '--bare', '--quiet', '--template=', '.']);
    const name = await fullName(git, source);
    await git([
      'fetch',
      '--quiet',
      '--depth=1',
      '--no-tags',
      '--no-recurse-submodules',
      '--',
      source.url,
      `${name}:refs/dewar/pack`,
    ]);
    const commit = (await git(['rev-parse', '--verify', 'refs/dewar/pack^{commit}'])).toString('utf8').trim();
    refuseMovedTag(source, name, { commit, before: recorded?.commit });
    const contents = await contentsAt(git, commit, source);
    return { contents, hash: hashOf(contents), commit };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runner(folder: string, { url }: GitSource, env: Fetching['env']): Promise<Git> {
  const { execa } = await import('execa');
  // A Git around us must not lead this one into its repository.
  const own = Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^GIT_(?!SSH|PROXY|SSL|CONFIG_(?:GLOBAL|SYSTEM))/.test(name)),
  );
  const options = careful.flatMap((option) => ['-c', option]);
  return async (args, input = '') => {
    const result = await execa('git', [...options, ...args], {
      cwd: folder,
      env: { ...own, ...quiet },
      extendEnv: false,
      encoding: 'buffer',
      stripFinalNewline: false,
      timeout: LONGEST_MS,
      reject: false,
      input,
    });
    if (result.exitCode === 0) return Buffer.from(result.stdout);
    throw unreachable(url, Buffer.from(result.stderr ?? '').toString('utf8') || result.message || '');
  };
}

/** The error that says why Git did not get a pack; also thrown where there is no Git or no network. */
function unreachable(url: string, said: string): DewarError {
  const why =
    said
      .split('\n')
      .find((line) => /^(?:fatal|error|remote):/.test(line))
      ?.replace(/^\w+: /, '') ?? said.split('\n')[0];
  return new DewarError(`The pack ${url} cannot be fetched: ${why}`);
}

/** A branch and a tag of one name may say different things, so neither is guessed at. */
async function fullName(git: Git, { url, ref }: GitSource): Promise<string> {
  if (/^[0-9a-f]{40}$/.test(ref)) return ref;
  const listed = (await git(['ls-remote', '--', url, `refs/heads/${ref}`, `refs/tags/${ref}`])).toString('utf8');
  const names = [...listed.matchAll(/^[0-9a-f]+\t(\S+)$/gm)].map(([, name = '']) => name);
  const [name, other] = names;
  if (name === undefined) throw new DewarError(`${url} has no branch or tag ${ref}.`, Exit.usage);
  if (other !== undefined)
    throw new DewarError(`${url} has a branch and a tag called ${ref}; name a commit.`, Exit.usage);
  return name;
}

function refuseMovedTag(
  { url, ref }: GitSource,
  name: string,
  { commit, before }: { readonly commit: string; readonly before: string | undefined },
): void {
  if (!name.startsWith('refs/tags/') || before === undefined || before === commit) return;
  throw new DewarError(
    `The tag ${ref} of ${url} was moved from ${before} to ${commit}, which a tag never is. Ask its authors; then name the commit that you want with --pack ${url}#${commit}`,
    Exit.untrusted,
  );
}

async function contentsAt(git: Git, commit: string, { url, folder }: GitSource): Promise<Contents> {
  const tree = folder === '' ? commit : `${commit}:${folder}`;
  const listed = (await git(['ls-tree', '-r', '-z', '-l', '--full-tree', tree])).toString('utf8');
  const collector = collecting(url);
  const files = listed.split('\0').flatMap((line) => {
    const [, mode = '', id = '', size = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.+)$/s.exec(line) ?? [];
    if (!isPart(path)) return [];
    if (mode === '120000') throw refused(url, path, 'it is a link; put the file itself there');
    if (mode === '160000') throw refused(url, path, 'it is a submodule');
    collector.announce(path, Number(size));
    return [{ path, id }];
  });
  if (!files.some(({ path }) => path === manifestFile))
    throw new DewarError(`${url} has no ${manifestFile} there.`, Exit.usage);
  const blobs = await git(['cat-file', '--batch'], files.map(({ id }) => `${id}\n`).join(''));
  let at = 0;
  for (const { path } of files) {
    const head = blobs.indexOf('\n', at);
    const size = Number(blobs.toString('utf8', at, head).split(' ')[2]);
    collector.add(path, Uint8Array.prototype.slice.call(blobs, head + 1, head + 1 + size));
    at = head + 1 + size + 1;
  }
  return collector.contents();
}
