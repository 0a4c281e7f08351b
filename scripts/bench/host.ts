import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundling } from '../build.ts';
import { slim, versionOf } from '../slim.ts';

/** Runs the generator at the first argument in the folder at the second. */
const program = `
import { createEnv } from 'yeoman-environment';
const [generator, cwd] = process.argv.slice(2);
const environment = createEnv({ cwd });
environment.register(generator, { namespace: 'dewar:app' });
await environment.run(['dewar:app'], { yes: true, force: true });
`;

const slimEnvironment = slim('slim-environment', {
  stubs: {
    'yeoman-environment': {
      'fly-import': 'environment.ts',
      globby: 'environment.ts',
      'which-package-manager': 'environment.ts',
      execa: 'environment.ts',
      'yeoman-generator': 'environment.ts',
    },
    '@yeoman/adapter': { inquirer: 'environment.ts' },
  },
  edits: {
    'yeoman-environment/dist/environment-base.js': [
      [`require('../package.json').version`, JSON.stringify(versionOf('yeoman-environment'))],
      ['const require = createRequire(import.meta.url);', ''],
    ],
    'yeoman-environment/dist/module-lookup.js': [
      [`[JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json')).toString()).name]`, `['yeoman-environment']`],
    ],
  },
});

/** Writes two hosts of the generators: a real environment without its heavy parts, and one as npm installs it. */
export async function writeHosts(
  root: string,
  cache: string,
): Promise<{ readonly slim: string; readonly whole: string }> {
  mkdirSync(cache, { recursive: true });
  const whole = join(cache, 'whole-host.mjs');
  writeFileSync(whole, program);
  const { splitting: _, chunkNames: __, ...options } = bundling;
  const { outputFiles } = await build({
    ...options,
    // CommonJS packages call require() for Node's own modules; an ES module has none.
    banner: { js: `import { createRequire as of } from 'node:module'; const require = of(import.meta.url);` },
    plugins: [slimEnvironment],
    stdin: { contents: program, resolveDir: root },
    outfile: join(cache, 'slim-host.mjs'),
  });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  return { slim: join(cache, 'slim-host.mjs'), whole };
}
