import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createEnv } from 'yeoman-environment';
import type Generator from 'yeoman-generator';
import { TestAdapter } from 'yeoman-test';
import { root } from './imports.ts';

/** Runs the built command and returns what it prints. */
export function command(args: readonly string[], cwd: string): string {
  mkdirSync(cwd, { recursive: true });
  return execFileSync(process.execPath, [join(root, 'dist/dewar.js'), ...args], { cwd, encoding: 'utf8' });
}

/** How a generator is run under Yeoman; without `answers` no question may be asked. */
export interface Run {
  readonly namespace: string;
  readonly cwd: string;
  readonly args?: readonly string[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly answers?: Readonly<Record<string, unknown>>;
  /** Generators of others, by namespace. */
  readonly others?: Readonly<Record<string, typeof Generator>>;
}

/** What a run under Yeoman showed. */
export interface Shown {
  readonly log: string;
  readonly asked: readonly string[];
}

/** Runs a built generator in a real Yeoman environment. */
export async function yeoman(run: Run): Promise<Shown> {
  mkdirSync(run.cwd, { recursive: true });
  const lines: string[] = [];
  const record = (...parts: unknown[]): void => void lines.push(parts.join(' '));
  const adapter = new TestAdapter({
    mockedAnswers: { ...run.answers },
    throwOnMissingAnswer: run.answers === undefined,
    spyFactory: () => record,
  });
  const environment = createEnv({ cwd: run.cwd, adapter });
  for (const name of readdirSync(join(root, 'dist/generators'))) {
    const file = join(root, 'dist/generators', name, 'index.js');
    environment.register(file, { namespace: `dewar:${name}`, packagePath: root });
  }
  for (const [namespace, generator] of Object.entries(run.others ?? {}))
    environment.register(generator, { namespace, resolved: join(root, 'test', `${namespace}.js`) });
  await environment.run([run.namespace, ...(run.args ?? [])], { ...run.options, force: true, skipInstall: true });
  return { log: lines.join('\n'), asked: adapter.calls.map(({ question }) => question.name) };
}

/** Every file below a folder, with its content and whether it can be executed. */
export function treeOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files.sort().map((file) => {
      const executable = process.platform !== 'win32' && (statSync(file).mode & 0o111) !== 0;
      const path = relative(folder, file).replaceAll('\\', '/');
      return [executable ? `${path} (executable)` : path, readFileSync(file, 'latin1')];
    }),
  );
}
