import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tree } from '../../test/support/story.ts';
import { asTemplate } from '../bench/rivals.ts';

/** A tool that makes an app from a template and updates it later; both commands run in the folder that holds the app. */
export interface Tool {
  readonly name: string;
  /** Writes a version of the template, the second one over the first. */
  readonly template: (files: Tree) => void;
  readonly create: readonly string[];
  /** Run inside the app. */
  readonly update: readonly string[];
}

const versions = { copier: '9.19.1', cruft: '2.16.0', cookiecutter: '2.7.1' } as const;
/** Stands nowhere in the app: every file of the template is taken as it is. */
const names = { written: '\0', variable: 'name' };

/** Installs what Dewar is measured beside; what is there already stays. */
export function install(cache: string): string {
  const bin = join(cache, 'update-venv/bin');
  if (existsSync(join(bin, 'cruft'))) return bin;
  execFileSync('python3', ['-m', 'venv', dirname(bin)]);
  const packages = Object.entries(versions).map(([name, version]) => `${name}==${version}`);
  execFileSync(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  return bin;
}

/** The three tools, for the files of an app and a folder to keep templates in. */
export function toolsFor(dewar: string, bin: string, { app, top }: { app: string; top: string }): readonly Tool[] {
  return [
    dewarTool(dewar, join(top, 'pack')),
    copierTool(bin, app, join(top, 'copier')),
    cruftTool(bin, app, join(top, 'cruft')),
  ];
}

function dewarTool(dewar: string, pack: string): Tool {
  const run = [process.execPath, dewar];
  return {
    name: 'dewar',
    template: (files) => {
      rmSync(pack, { recursive: true, force: true });
      write(pack, { 'dewar.pack.yaml': "name: story\nversion: 1.0.0\nsummary: stories\ndewar: '>=0.1'\n" });
      write(join(pack, 'templates/story/root'), files);
    },
    create: [...run, 'new', 'app', '--preset', 'minimal', '--pack', pack, '--yes', '--quiet'],
    update: [...run, 'update', '.'],
  };
}

function copierTool(bin: string, app: string, folder: string): Tool {
  return {
    name: 'copier',
    template: (files) => {
      commitVersion(folder, () => {
        asTemplate(app, folder, names);
        write(folder, raw(files));
        const answers = '{{ _copier_answers|to_nice_yaml }}\n';
        write(folder, { 'copier.yml': '_templates_suffix: ""\n', '{{_copier_conf.answers_file}}': answers });
      });
    },
    create: [join(bin, 'copier'), 'copy', '--quiet', '--defaults', '--vcs-ref', 'HEAD', folder, 'app'],
    update: [join(bin, 'copier'), 'update', '--defaults', '--vcs-ref', 'HEAD'],
  };
}

function cruftTool(bin: string, app: string, folder: string): Tool {
  const inner = '{{ cookiecutter.name }}';
  return {
    name: 'cruft',
    template: (files) => {
      commitVersion(folder, () => {
        asTemplate(app, join(folder, inner), names);
        write(join(folder, inner), raw(files));
        write(folder, { 'cookiecutter.json': '{"name": "app"}\n' });
      });
    },
    create: [join(bin, 'cruft'), 'create', '--no-input', folder],
    update: [join(bin, 'cruft'), 'update', '--skip-apply-ask'],
  };
}

/** Makes the folder's content anew and commits it: both tools take their templates from Git. */
function commitVersion(folder: string, fill: () => void): void {
  const history = `${folder}.git`;
  if (existsSync(join(folder, '.git'))) cpSync(join(folder, '.git'), history, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  fill();
  if (existsSync(history)) cpSync(history, join(folder, '.git'), { recursive: true });
  rmSync(history, { recursive: true, force: true });
  commitAll(folder);
}

/** Commits all that is in a folder, which becomes a repository where it is none. */
export function commitAll(folder: string): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  if (!existsSync(join(folder, '.git'))) git('init', '--quiet');
  git('add', '--all', '--force');
  git('-c', 'user.name=bench', '-c', 'user.email=bench@localhost', 'commit', '--quiet', '--allow-empty', '-m', 'work');
}

function raw(files: Tree): Tree {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, `{% raw %}${text}{% endraw %}`]));
}

function write(folder: string, files: Tree): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
