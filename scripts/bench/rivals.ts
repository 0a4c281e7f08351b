import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const versions = { cookiecutter: '2.7.1', copier: '9.19.1', sv: '0.17.1', node: '24.21.0' } as const;

/** Installs the scaffolders that are measured beside Dewar; what is there already stays. */
export function installRivals(cache: string, python: string): { readonly bin: string; readonly sv: string } {
  const environment = join(cache, 'venv');
  const bin = join(environment, process.platform === 'win32' ? 'Scripts' : 'bin');
  if (!existsSync(join(bin, 'copier')) && !existsSync(join(bin, 'copier.exe'))) {
    run(python, ['-m', 'venv', environment]);
    const packages = [`cookiecutter==${versions.cookiecutter}`, `copier==${versions.copier}`];
    run(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  }
  const sv = join(cache, 'sv');
  if (!existsSync(join(sv, 'node_modules'))) installPackage(sv, `sv@${versions.sv}`);
  const manifest = JSON.parse(readFileSync(join(sv, 'node_modules/sv/package.json'), 'utf8'));
  return { bin, sv: join(sv, 'node_modules/sv', manifest.bin.sv ?? manifest.bin) };
}

/** A newer Node, which npm carries as a package for each system; undefined where there is none for this one. */
export function installNewerNode(cache: string): string | undefined {
  const folder = join(cache, 'node');
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const program = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  try {
    if (!existsSync(program)) installPackage(folder, `${name}@${versions.node}`);
    return program;
  } catch {
    process.stderr.write(`No newer Node: ${name}@${versions.node} could not be installed.\n`);
    return undefined;
  }
}

function installPackage(folder: string, name: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private": true}\n');
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, name]);
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, [...args], { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
}

/** What an app's name became in a generated tree, and its stand-in in a template. */
export interface Names {
  readonly written: string;
  readonly variable: string;
}

/** Writes a generated app as a template of another scaffolder: the same files, with the package's name left open. */
export function asTemplate(app: string, target: string, { written, variable }: Names): number {
  rmSync(target, { recursive: true, force: true });
  const open = `{{ ${variable} }}`;
  const files = readdirSync(app, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of files) {
    const file = join(entry.parentPath, entry.name);
    const path = relative(app, file).replaceAll(written, open);
    const text = readFileSync(file, 'utf8').replaceAll(written, `{% endraw %}${open}{% raw %}`);
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), `{% raw %}${text}{% endraw %}`);
  }
  return files.length;
}
