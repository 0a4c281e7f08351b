import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requirementOf } from '../changes.ts';
import type { PackageChange } from '../mitigation.ts';
import type { Edges, LockedPackage, LockTable } from '../plan/lock.ts';
import { conditionOf } from '../plan/markers.ts';
import { lockSeed } from '../plan/seed.ts';

const python = '>=3.11';

/** What is read of a uv.lock. */
interface UvLock {
  readonly package: readonly UvPackage[];
}
interface UvPackage {
  readonly name: string;
  readonly version: string;
  readonly source: { readonly virtual?: string };
  readonly dependencies?: readonly UvEdge[];
  readonly 'optional-dependencies'?: Readonly<Record<string, readonly UvEdge[]>>;
  readonly sdist?: UvFile;
  readonly wheels?: readonly UvFile[];
}
interface UvEdge {
  readonly name: string;
  readonly extra?: readonly string[];
  readonly marker?: string;
}
interface UvFile {
  readonly hash?: string;
}

/**
 * Locks the union of all that any app may need: one version of each package satisfies every combination of answers,
 * and what an app leaves out takes no constraint with it. Versions in `before` are kept where they still fit.
 */
export async function lockTable(packages: readonly PackageChange[], before?: LockTable): Promise<LockTable> {
  const [{ execa }, { parse }] = await Promise.all([import('execa'), import('smol-toml')]);
  const folder = mkdtempSync(join(tmpdir(), 'dewar-locks-'));
  try {
    const dependencies = [...new Set(packages.map(requirementOf))].sort();
    const project = { name: 'union', version: '0', 'requires-python': python, dependencies };
    const lines = Object.entries(project).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
    writeFileSync(join(folder, 'pyproject.toml'), `[project]\n${lines.join('\n')}\n`);
    if (before) writeFileSync(join(folder, 'uv.lock'), lockSeed(versionsIn(before)));
    await execa('uv', ['lock', '--quiet', '--fork-strategy', 'fewest'], { cwd: folder, stderr: 'inherit' });
    return tableOf(parse(readFileSync(join(folder, 'uv.lock'), 'utf8')) as unknown as UvLock);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function versionsIn({ packages }: LockTable): string {
  return Object.entries(packages)
    .map(([name, { version }]) => `${name}==${version}\n`)
    .join('');
}

function tableOf(lock: UvLock): LockTable {
  const packages: Record<string, LockedPackage> = {};
  const found = lock.package.filter(({ source }) => source.virtual === undefined);
  for (const each of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (packages[each.name]) throw new Error(`${each.name} has two versions: narrow its range, the table holds one.`);
    packages[each.name] = locked(each);
  }
  return { python, packages };
}

function locked(each: UvPackage): LockedPackage {
  const extras = Object.entries(each['optional-dependencies'] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    version: each.version,
    ...(each.dependencies && { requires: edges(each.dependencies) }),
    ...(extras.length > 0 && { extras: Object.fromEntries(extras.map(([extra, list]) => [extra, edges(list)])) }),
    sha256: hashes(each),
  };
}

function edges(list: readonly UvEdge[]): Edges {
  const pairs = list.map(({ name, extra = [], marker = '' }) => {
    conditionOf(marker);
    return [extra.length === 0 ? name : `${name}[${[...extra].sort().join(',')}]`, marker] as const;
  });
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function hashes({ name, sdist, wheels = [] }: UvPackage): string {
  const files = [...(sdist ? [sdist] : []), ...wheels];
  const found = files.map(({ hash = '' }) => /^sha256:([0-9a-f]{64})$/.exec(hash)?.[1]);
  if (found.length === 0 || found.includes(undefined)) throw new Error(`${name} has a file without a SHA-256.`);
  return [...new Set(found)].sort().join(' ');
}
