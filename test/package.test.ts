import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEnv } from 'yeoman-environment';
import { bundledPackages } from '../scripts/notices.ts';
import { root } from './support/imports.ts';
import { metafile, type Packed, pack } from './support/packed.ts';

let packed: Packed;
beforeAll(() => {
  packed = pack();
});
afterAll(() => packed?.remove());

describe('the published package', () => {
  it('holds the bundle and nothing else', () => {
    const expected = [
      /^package\.json$/,
      /^(README\.md|LICENSE)$/,
      /^dist\/(dewar\.js|testing\.js|package\.json|(add|audit)\.schema\.json|THIRD-PARTY-NOTICES\.txt)$/,
      /^dist\/types\/[\w/-]+\.d\.ts$/,
      /^dist\/chunks\/[\w-]+\.js$/,
      /^dist\/chunks\/templates-[0-9a-f]{8}\.txt$/,
      /^dist\/chunks\/(web-tree-sitter|tree-sitter-python)\.wasm$/,
      /^dist\/generators\/[a-z-]+\/index\.js$/,
    ];
    expect(packed.files.filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(packed.files).toContain('LICENSE');
    expect(packed.files).toContain('dist/dewar.js');
  });

  it('is at most 1 MB packed', () => {
    expect(packed.size).toBeLessThanOrEqual(1_000_000);
  });

  it('has no dependencies at run time and no install script', () => {
    const { dependencies, optionalDependencies, peerDependencies, scripts } = manifest();
    expect({ dependencies, optionalDependencies, peerDependencies }).toEqual({});
    expect(Object.keys(scripts ?? {}).filter((name) => /install|prepare|publish/.test(name))).toEqual([]);
  });

  it('runs as a command when nothing else is installed', () => {
    const bin = join(packed.folder, 'dist/dewar.js');
    expect(readFileSync(bin, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(execFileSync(process.execPath, [bin, '--version'], { encoding: 'utf8' })).toBe(`${manifest().version}\n`);
  });

  it('gives Yeoman one generator for each entry and no other', async () => {
    const environment = createEnv({ cwd: packed.folder });
    await environment.lookup({ packagePaths: [packed.folder], registerToScope: false } as object);
    const entries = readdirSync(join(root, 'generators')).filter((name) =>
      existsSync(join(root, 'generators', name, 'index.ts')),
    );
    const found = Object.keys(environment.getGeneratorsMeta());
    expect(found.sort()).toEqual(entries.map((name) => `dewar:${name}`).sort());
  });

  it('has an entry for each mitigation', () => {
    const folders = readdirSync(join(root, 'generators')).filter((name) =>
      existsSync(join(root, 'generators', name, 'mitigation.ts')),
    );
    const missing = folders.filter((name) => !packed.files.includes(`dist/generators/${name}/index.js`));
    expect(missing).toEqual([]);
  });

  it('satisfies publint', async () => {
    const { messages } = await publint({ pkgDir: packed.folder, pack: false, strict: true });
    expect(messages).toEqual([]);
  });
});

describe('the notices', () => {
  const text = (): string => readFileSync(join(packed.folder, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');

  it('name every package whose code is shipped, with its version', () => {
    const shipped = [...bundledPackages(metafile()), 'node_modules/web-tree-sitter', 'node_modules/tree-sitter-python'];
    const missing = shipped.filter((folder) => {
      const { name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
      return !text().includes(`\n${name} ${version} (`);
    });
    expect(missing).toEqual([]);
  });

  it('give the terms of each', () => {
    const parts = text()
      .split(/^-{79}$/m)
      .slice(1);
    const terms =
      /permission is hereby granted|permission to use, copy|redistribution and use|apache license|blue oak|public domain/i;
    expect(parts.filter((part) => !terms.test(part)).map((part) => part.trim().split('\n')[0])).toEqual([]);
  });
});

describe('the fast path', () => {
  const slow = /^(@inquirer|inquirer|execa|yeoman|@yeoman|mem-fs|web-tree-sitter|tree-sitter|yaml|smol-toml|lodash)/;

  it.each([[['--version']], [['--help']], [['new', 'acme', '--yes']]])(
    'of %j loads no parser, prompt or process library',
    (args) => {
      const packages = loadedPackages(args);
      expect(packages.filter((name) => slow.test(name))).toEqual([]);
    },
  );

  it('loads no part of Node that starts programs or opens connections', () => {
    const parts = builtins(['new', 'acme', '--yes']);
    expect(parts).toContain('fs');
    expect(parts.filter((name) => /^(child_process|net|dgram|http|tls|crypto)$/.test(name))).toEqual([]);
  });

  it('opens few files, since each takes time', () => {
    expect(loadedFiles(['--version']).length).toBeLessThanOrEqual(5);
    expect(loadedFiles(['new', 'acme', '--yes']).length).toBeLessThanOrEqual(5);
  });

  it('loads no template for --version and --help', () => {
    for (const args of [['--version'], ['--help']])
      expect(loadedInputs(args)).not.toContain('src/generated/templates.ts');
  });
});

/** Parts of Node that a command line loads. */
function builtins(args: readonly string[]): string[] {
  const top = mkdtempSync(join(tmpdir(), 'dewar-builtins-'));
  try {
    const list = join(top, 'list.json');
    const telling = `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(process.moduleLoadList)))`;
    writeFileSync(join(top, 'tell.cjs'), telling);
    const argv = ['--require', join(top, 'tell.cjs'), join(root, 'dist/dewar.js'), ...args];
    execFileSync(process.execPath, argv, { cwd: top, stdio: 'ignore' });
    const loaded: string[] = JSON.parse(readFileSync(list, 'utf8'));
    return loaded.flatMap((name) => /^NativeModule (\S+)$/.exec(name)?.[1] ?? []);
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

/** Sources of all that a command line loads. */
function loadedInputs(args: readonly string[]): string[] {
  const { outputs } = metafile();
  return loadedFiles(args).flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
}

/** Files of the bundle that a command line loads, as V8 itself reports them. */
function loadedFiles(args: readonly string[]): string[] {
  const top = mkdtempSync(join(tmpdir(), 'dewar-loaded-'));
  try {
    const env = { ...process.env, NODE_V8_COVERAGE: join(top, 'coverage') };
    execFileSync(process.execPath, [join(root, 'dist/dewar.js'), ...args], { cwd: top, env, stdio: 'ignore' });
    const reports = readdirSync(join(top, 'coverage')).map((name) => readFileSync(join(top, 'coverage', name), 'utf8'));
    const urls: string[] = reports.flatMap((text) => JSON.parse(text).result.map(({ url }: { url: string }) => url));
    const files = urls.filter((url) => url.startsWith('file:')).map((url) => relative(root, fileURLToPath(url)));
    return files.map((file) => file.replaceAll('\\', '/'));
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

function loadedPackages(args: readonly string[]): string[] {
  const names = loadedInputs(args).map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]);
  return [...new Set(names)].filter((name) => name !== undefined);
}

function manifest(): { version: string; scripts?: Record<string, string> } & Record<string, unknown> {
  return JSON.parse(readFileSync(join(packed.folder, 'package.json'), 'utf8'));
}
