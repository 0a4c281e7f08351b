import type { DependencyFiles } from '../deploy/dependencies.ts';
import { written } from '../deploy/requirement.ts';
import type { ListEdit } from './dependencies.ts';

/** What brings the new packages into the environment of the app. */
export interface Installation {
  /** Command lines, in their order. */
  readonly commands: readonly string[];
  /** The same as a sentence. */
  readonly note: string;
}

/** What to run after lists of dependencies changed; lock files and compiled lists belong to their tools. */
export function installationOf(files: DependencyFiles, edits: readonly ListEdit[]): Installation | undefined {
  const commands = [...new Set(edits.flatMap(({ source }) => commandsFor(files, source.path)))];
  if (commands.length === 0) return undefined;
  const names = edits.flatMap(({ missing }) => missing.map((each) => written(each, false)));
  const shown = commands.map((each) => `\`${each}\``).join(', ');
  return { commands, note: `Install the new packages with ${shown}: ${unique(names)}` };
}

function unique(names: readonly string[]): string {
  return [...new Set(names)].sort().join(' ');
}

const byLock: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)uv\.lock$/, 'uv sync'],
  [/(^|\/)poetry\.lock$/, 'poetry lock && poetry install'],
  [/(^|\/)pdm\.lock$/, 'pdm install'],
];

function commandsFor({ output, locks }: DependencyFiles, path: string): string[] {
  if (/(^|\/)Pipfile$/.test(path)) return ['pipenv install'];
  const compiled = output.filter(({ source, command }) => comesFrom(path, source.path, command));
  const compile = compiled.map(({ source, command }) => here(command, source.path, path));
  if (compiled.length > 0) return [...compile, ...compiled.map(({ source }) => `pip install -r ${source.path}`)];
  if (!/pyproject\.toml$|setup\.(py|cfg)$/.test(path)) return [`pip install -r ${path}`];
  const folder = path.replace(/[^/]*$/, '');
  const tool = byLock.find(([pattern]) => locks.some((lock) => lock.startsWith(folder) && pattern.test(lock)))?.[1];
  return [tool ?? `pip install -e ${folder === '' ? '.' : folder}`];
}

/** The command as it runs in this folder: a head may name files as they lay on the machine of whoever ran it. */
function here(command: string, output: string, input: string): string {
  const last = (path: string): string => path.replace(/^.*[\\/]/, '');
  const own = command.replace(
    /(?<=[\s=]|^)['"]?((?:[A-Za-z]:|\.{0,2})?[\\/][^\s'"]+)['"]?/g,
    (written, path: string) => {
      const known = [output, input].find((each) => last(each) === last(path));
      return known ?? (/^\.{1,2}\//.test(path) ? written : '/');
    },
  );
  const foreign = own === '' || /(?<=[\s=])\/(?=\s|$)/.test(own);
  const tool = command.startsWith('uv') ? 'uv pip compile' : 'pip-compile';
  return foreign ? `${tool} -o ${output} ${input}` : own;
}

/** A compiled list names its source in the command at its head, or has its name. */
function comesFrom(path: string, output: string, command: string): boolean {
  const name = path.split('/').at(-1) ?? path;
  const named = command.split(/[\s=]/).some((word) => word === path || word.split('/').at(-1) === name);
  const own = path.endsWith('.in') && output.replace(/\.\w+$/, '') === path.replace(/\.in$/, '');
  const implied = command.startsWith('pip-compile') && !/\.(in|toml|py|cfg)\b/.test(command) && path.endsWith('.toml');
  return named || own || implied;
}
