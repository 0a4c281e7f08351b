import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './imports.ts';
import { run } from './python.ts';

/** SHA-256 of the source distributions that the tests use, by name and version, as the package index lists them. */
const hashes: Readonly<Record<string, string>> = {
  'flask 3.1.3': '0ef0e52b8a9cd932855379197dd8f94047b359ca0a78695144304cb45f87c9eb',
};

/** The unpacked source distribution of a project, downloaded once and kept in .cache/; gives its folder. */
export function sourceDistribution(name: string, version: string): string {
  const hash = hashes[`${name} ${version}`];
  if (hash === undefined) throw new Error(`There is no hash for ${name} ${version}: add it beside the others.`);
  const folder = join(root, '.cache/source', `${name}-${version}`);
  const unpacked = join(folder, `${name}-${version}`);
  if (existsSync(join(folder, 'complete'))) return unpacked;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  run('python3', [
    '-m',
    'pip',
    'download',
    '-q',
    '--disable-pip-version-check',
    '--no-deps',
    '--no-binary',
    ':all:',
    '-d',
    folder,
    `${name}==${version}`,
  ]);
  const archive = join(folder, readdirSync(folder).find((file) => file.endsWith('.tar.gz')) ?? '');
  const found = createHash('sha256').update(readFileSync(archive)).digest('hex');
  if (found !== hash) throw new Error(`${archive} has SHA-256 ${found}, not ${hash}.`);
  run('tar', ['-xzf', archive, '-C', folder]);
  writeFileSync(join(folder, 'complete'), '');
  return unpacked;
}
