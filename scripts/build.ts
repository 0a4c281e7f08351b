import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { type Blob, templateBlob } from './blob.ts';
import writeGenerated from './catalog.ts';
import { commonJs, manifest } from './common-js.ts';
import { withoutFacades } from './facades.ts';
import { grouped } from './groups.ts';
import { bundledPackages, notices } from './notices.ts';
import { slimYeoman } from './slim.ts';
import { declarations } from './types.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Parser files that are read at run time, beside the code that reads them. */
const vendored = [
  'node_modules/web-tree-sitter/web-tree-sitter.wasm',
  'node_modules/tree-sitter-python/tree-sitter-python.wasm',
];

/** How everything is bundled; whitespace goes, names stay, so that a stack trace can be read. */
export const bundling = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.17',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  write: false,
  plugins: [grouped, slimYeoman],
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** Schemas that other programs read. */
const schemas = ['src/audit/reports/audit.schema.json', 'src/cli/add.schema.json'];

/** Writes dist/ from nothing. */
async function main(): Promise<void> {
  writeGenerated();
  const blobs: Blob[] = [];
  const plugins = [templateBlob((blob) => blobs.push(blob)), ...bundling.plugins];
  const { metafile, outputFiles } = await build({ ...bundling, plugins, entryPoints: entries(), outdir: 'dist' });
  const bundle = await commonJs(withoutFacades(outputFiles));
  // Only now, so that a failed build leaves the last good one.
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  for (const { path, text } of bundle) {
    mkdirSync(dirname(path), { recursive: true });
    // A command that is linked to must stay one.
    writeFileSync(path, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  }
  writeFileSync(join(root, 'dist/package.json'), manifest);
  for (const { file, text } of blobs) writeFileSync(join(root, 'dist/chunks', file), text);
  for (const file of vendored) copyFileSync(join(root, file), join(root, 'dist/chunks', basename(file)));
  for (const file of schemas) copyFileSync(join(root, file), join(root, 'dist', basename(file)));
  const types = Object.entries(declarations(root, 'testing.ts'));
  for (const [file, text] of types) {
    mkdirSync(dirname(join(root, 'dist/types', file)), { recursive: true });
    writeFileSync(join(root, 'dist/types', file), text);
  }
  const packages = [...new Set([...bundledPackages(metafile), ...vendored.map(dirname)])].sort();
  writeFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), notices(root, packages));
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(join(root, '.cache/metafile.json'), JSON.stringify(metafile));
}

/** The command, what authors of packs import, and each generator under the path at which Yeoman looks for it. */
function entries(): Record<string, string> {
  const generators = readdirSync(join(root, 'generators')).filter((name) =>
    existsSync(join(root, 'generators', name, 'index.ts')),
  );
  return {
    dewar: 'src/cli/bin.ts',
    testing: 'src/testing.ts',
    'chunks/fleet-worker': 'src/cli/fleet-worker.ts',
    ...Object.fromEntries(generators.map((name) => [`generators/${name}/index`, `generators/${name}/index.ts`])),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
