import { execFileSync, type StdioOptions } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { root } from './imports.ts';

const manifestName = 'generator-dewar';

/** What esbuild says of the last build; these tests look at dist/ as `npm run build` left it. */
export function metafile(): Metafile {
  const file = join(root, '.cache/metafile.json');
  if (!existsSync(file)) throw new Error('There is no build: run "npm run build" first.');
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The tarball that would be published. */
export interface Packed {
  /** Folder of the unpacked package, inside a node_modules. */
  readonly folder: string;
  readonly files: readonly string[];
  /** Bytes of the tarball. */
  readonly size: number;
  readonly remove: () => void;
}

/** Packs the project and unpacks it as an installation would. */
export function pack(): Packed {
  const top = mkdtempSync(join(tmpdir(), 'dewar-pack-'));
  const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', top]));
  const folder = join(top, 'node_modules', manifestName);
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', join(top, packed.filename), '-C', folder, '--strip-components=1']);
  return {
    folder,
    files: packed.files.map(({ path }: { path: string }) => path).sort(),
    size: packed.size,
    remove: () => rmSync(top, { recursive: true, force: true }),
  };
}

/** Runs npm by the Node that runs the tests; npm itself says where it is. */
function npm(args: readonly string[]): string {
  const script = process.env['npm_execpath'];
  const [program, ...first] = script === undefined ? ['npm'] : [process.execPath, script];
  // On Windows the bare name is a script, which only a shell runs.
  const shell = script === undefined && process.platform === 'win32';
  const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
  return execFileSync(program, [...first, ...args], { cwd: root, encoding: 'utf8', stdio, shell });
}
