import { extname } from 'node:path';
import { transform } from 'esbuild';
import type { BundleFile } from './facades.ts';

/** Says of dist/ what package.json says otherwise of the package. */
export const manifest = '{"type":"commonjs"}\n';

const moduleUrl = `const moduleUrl=require('node:url').pathToFileURL(__filename).href;`;

/**
 * The bundle as CommonJS: Node reads and runs it in one go, where the files of ES modules are awaited one by one. esbuild
 * splits ES modules only, so this comes after.
 */
export async function commonJs(files: readonly BundleFile[]): Promise<BundleFile[]> {
  return Promise.all(files.map(async (file) => (extname(file.path) === '.js' ? await converted(file) : file)));
}

/** `import()` of a file of the bundle; those of Node's own modules stay. */
const lazy = /\bimport\(("\.[\w./-]+")\)/g;

async function converted({ path, text }: BundleFile): Promise<BundleFile> {
  const { code } = await transform(text.replace(lazy, 'Promise.resolve().then(()=>require($1))'), {
    format: 'cjs',
    platform: 'node',
    target: 'node20.17',
    minifyWhitespace: true,
    legalComments: 'none',
    define: { 'import.meta.url': 'moduleUrl' },
  });
  return { path, text: code.includes('moduleUrl') ? code.replace(/^(#!.*\n)?/, `$1${moduleUrl}`) : code };
}
