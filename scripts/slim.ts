import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(dirname(here), 'node_modules');

/** What a bundle leaves out of packages that would be slow to load, and what it cannot keep as it is. */
export interface Slimming {
  /** By importing package: modules under the name they are imported by, with the file of slim/ in their place. */
  readonly stubs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By file below node_modules: text and its replacement. */
  readonly edits: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>>;
}

/** Leaves Yeoman's base class with what Dewar's generators use. */
export const slimYeoman = slim('slim-yeoman', {
  stubs: {
    'yeoman-generator': {
      execa: 'unavailable.ts',
      'simple-git': 'unavailable.ts',
      'latest-version': 'unavailable.ts',
      'read-package-up': 'read-package-up.ts',
      semver: 'semver.ts',
    },
    // Only what copies and deletes by pattern needs these; Dewar writes each file by its path.
    'mem-fs-editor': {
      ejs: 'unavailable.ts',
      isbinaryfile: 'unavailable.ts',
      textextensions: 'unavailable.ts',
      binaryextensions: 'unavailable.ts',
      minimatch: 'unavailable.ts',
      multimatch: 'unavailable.ts',
      tinyglobby: 'unavailable.ts',
    },
    'mem-fs': { 'vinyl-file': 'unavailable.ts' },
    // The prompt that opens an editor is not used and would bring a table of every text encoding.
    '@inquirer/prompts': { '@inquirer/editor': 'unavailable.ts' },
  },
  edits: {
    'yeoman-generator/dist/generator.js': [
      [`import * as _ from 'lodash-es';`, 'const _ = undefined;'],
      // A bundle has no package.json of its own beside it.
      [
        `JSON.parse(readFileSync(pathJoin(_dirname, '../package.json'), 'utf8'))`,
        JSON.stringify({ version: versionOf('yeoman-generator') }),
      ],
    ],
  },
});

/** A bundle's plugin that makes these replacements; it fails when an edit no longer fits its text. */
export function slim(name: string, { stubs, edits }: Slimming): Plugin {
  const stubbed = pattern(Object.values(stubs).flatMap((names) => Object.keys(names)));
  const edited = Object.keys(edits);
  return {
    name,
    setup(build) {
      build.onResolve({ filter: new RegExp(`^(?:${stubbed})$`) }, ({ path, importer }) => {
        const stub = stubs[packageOf(importer)]?.[path];
        return stub === undefined ? undefined : { path: join(here, 'slim', stub) };
      });
      build.onLoad({ filter: new RegExp(`(?:${pattern(edited).replaceAll('/', '[\\\\/]')})$`) }, ({ path }) => {
        const file = edited.find((one) => path.replaceAll('\\', '/').endsWith(one)) ?? path;
        return { contents: replaced(path, file, edits[file] ?? []), loader: 'js' };
      });
    },
  };
}

/** The version of an installed package. */
export function versionOf(name: string): string {
  return JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version;
}

function replaced(path: string, file: string, changes: readonly (readonly [from: string, to: string])[]): string {
  let text = readFileSync(path, 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file} has changed: scripts/slim.ts no longer finds ${from}`);
    text = text.replace(from, to);
  }
  return text;
}

function pattern(names: readonly string[]): string {
  return names.map((name) => name.replace(/[.]/g, '\\.')).join('|');
}

function packageOf(file: string): string {
  const name = /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1] ?? '';
  return name.replaceAll('\\', '/');
}
