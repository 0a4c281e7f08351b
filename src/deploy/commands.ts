import type { Place } from '../mitigation.ts';
import { lineAt, quote, type Source } from '../source/text.ts';
import type { Command, DeployRole, Files, Origin } from './facts.ts';
import { partRole } from './roles.ts';
import { baseName, type ShellCommand, shellCommands, unwrap } from './shell.ts';

/** Where a command is written and what for. */
export interface CommandSite {
  readonly place: Place;
  readonly origin: Origin;
  readonly role: DeployRole;
  /** How many scripts led here. */
  readonly depth?: number;
}

/** The place of an offset. */
export function placeOf(source: Source, offset: number): Place {
  return { file: source.path, line: lineAt(source, offset), text: quote(source, offset) };
}

/** The commands of a shell line: scripts of the repository that it runs are followed. */
export function commandsOf(files: Files, line: string, site: CommandSite): Command[] {
  return shellCommands(line).flatMap((command) => followed(files, command, site));
}

/** The commands of words that no shell has to split. */
export function commandOfWords(files: Files, words: readonly string[], site: CommandSite): Command[] {
  return followed(files, { words, variables: {}, offset: 0, next: '' }, site);
}

function followed(files: Files, { words, variables }: ShellCommand, site: CommandSite): Command[] {
  const inner = unwrap(words);
  if (inner.script !== undefined) return commandsOf(files, inner.script, site);
  const { place, origin, role } = site;
  const own: Command = { ...place, words: inner.words, variables, origin, role };
  const script = scriptOf(files, inner.words, place.file);
  return script && (site.depth ?? 0) < 3 ? [own, ...inScript(files, script, site)] : [own];
}

/** Every command of a script, each at its line; the script's own arguments are left out. */
function inScript(files: Files, source: Source, site: CommandSite): Command[] {
  const all = shellCommands(source.text);
  return all.flatMap((command) =>
    [command, ...kept(all, command)].flatMap((each) =>
      followed(files, each, {
        place: placeOf(source, each.offset),
        origin: site.origin,
        role: partRole(partOf(source.text, each.offset), site.role),
        depth: (site.depth ?? 0) + 1,
      }),
    ),
  );
}

/** The commands that a script keeps in a variable before it runs them, as in `eval "$command"`. */
function kept(all: readonly ShellCommand[], { words }: ShellCommand): ShellCommand[] {
  const [first, second] = words;
  const [, name] = /^\$\{?(\w+)\}?$/.exec((first === 'eval' ? second : first) ?? '') ?? [];
  if (name === undefined) return [];
  return all.flatMap(({ variables, offset }) =>
    shellCommands(variables[name] ?? '').map((command) => ({ ...command, offset })),
  );
}

/** The function or the branch of a `case` that an offset of a script stands in. */
function partOf(text: string, offset: number): string {
  const names = text
    .slice(0, offset)
    .matchAll(/^[ \t]*(?:function[ \t]+)?([\w-]+)[ \t]*\(\)|^[ \t]*["']?([\w-]+)["']?\)|^(\})/gm);
  const last = [...names].at(-1);
  return last?.[1] ?? last?.[2] ?? '';
}

/** The shell script of the repository that a command runs; images copy it, so its folder may be another. */
function scriptOf(files: Files, words: readonly string[], from: string): Source | undefined {
  const [program = '', ...rest] = words;
  const shell = /^(ba|da|a|z)?sh$|^(source|\.)$/.test(baseName(program));
  const wanted = shell ? rest.find((word) => !word.startsWith('-')) : program;
  if (wanted === undefined || !/\.sh$|(^|\/)(entrypoint|boot|start|run|docker-entrypoint)[\w-]*$|\//.test(wanted))
    return undefined;
  const path = nearest(files.paths, wanted, from);
  const source = path === undefined ? undefined : files.read(path);
  return source && isShell(source) ? source : undefined;
}

function isShell({ path, text }: Source): boolean {
  return path.endsWith('.sh') || /^#!.*\b(ba|da|a|z)?sh\b/.test(text);
}

/** The file that a path of an image or a host stands for: the same name, nearest to where it is named. */
export function nearest(paths: readonly string[], wanted: string, from: string): string | undefined {
  const name = baseName(wanted);
  const tail = wanted.replace(/^(\.?\/)+/, '');
  const same = paths.filter((path) => baseName(path) === name);
  const folder = from.split('/').slice(0, -1).join('/');
  return (
    same.find((path) => path === tail || path === [folder, tail].filter(Boolean).join('/')) ??
    same.find((path) => tail.endsWith(path) || path.endsWith(tail)) ??
    same.find((path) => path.startsWith(folder)) ??
    same[0]
  );
}
