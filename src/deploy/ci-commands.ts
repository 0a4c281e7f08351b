import type { Source } from '../source/text.ts';
import { nearest, placeOf } from './commands.ts';
import type { CiCommand, Files } from './facts.ts';
import { baseName, type ShellCommand, shellCommands, unwrap } from './shell.ts';
import { at, readYaml, texts } from './yaml.ts';

interface From {
  readonly source: Source;
  /** Where the text begins. */
  readonly offset: number;
  readonly depth?: number;
}

/** The commands of a step, and those of the scripts and tools that it calls. */
export function ciCommands(files: Files, text: string, from: From): CiCommand[] {
  const place = placeOf(from.source, from.offset);
  return shellCommands(text).flatMap((command) => {
    const { words } = unwrap(command.words);
    const blocking = isBlocking(command, text);
    const own: CiCommand = { ...place, words, blocking };
    const inner = (from.depth ?? 0) < 3 ? called(files, words, from) : [];
    return [own, ...inner.map((each) => ({ ...each, blocking: each.blocking && blocking }))];
  });
}

/** False before `|| true`; `|| exit 1` is no excuse. */
function isBlocking({ next, offset }: ShellCommand, text: string): boolean {
  if (next !== '||') return !/^\s*set\s+\+e\b/m.test(text.slice(0, offset));
  return /^[\s\S]*?\|\|\s*(exit\s+[1-9]|false\b)/.test(text.slice(offset).split('\n')[0] ?? '');
}

type Follow = (files: Files, words: readonly string[], from: From) => CiCommand[];

const followers: readonly (readonly [RegExp, Follow])[] = [
  [/^make$/, recipes],
  [/^tox$/, toxCommands],
  [/^nox$/, noxCommands],
  [/^pre-commit$/, hooks],
];

function called(files: Files, words: readonly string[], from: From): CiCommand[] {
  const [program = '', ...rest] = words;
  const name = baseName(program);
  const module = /^python[\d.]*$/.test(name) && rest[0] === '-m' ? (rest[1] ?? '') : name;
  const follow = followers.find(([pattern]) => pattern.test(module))?.[1];
  if (follow) return follow(files, module === name ? rest : rest.slice(2), from);
  const script = /^(ba|da|z)?sh$/.test(name) ? rest.find((word) => !word.startsWith('-')) : program;
  return script !== undefined && /\/|\.sh$/.test(script) ? scriptCommands(files, script, from) : [];
}

function scriptCommands(files: Files, script: string, from: From): CiCommand[] {
  const path = nearest(files.paths, script, '');
  const source = path === undefined ? undefined : files.read(path);
  if (!source || !/\.sh$|^#!.*sh\b/m.test(`${source.path}\n${source.text.slice(0, 80)}`)) return [];
  return ciCommands(files, source.text, { source, offset: 0, depth: (from.depth ?? 0) + 1 });
}

function recipes(files: Files, words: readonly string[], from: From): CiCommand[] {
  const source = files.paths.includes('Makefile') ? files.read('Makefile') : undefined;
  if (!source) return [];
  const wanted = words.filter((word) => /^[\w.-]+$/.test(word));
  return recipesOf(source.text, wanted, 3).flatMap(({ text, offset }) =>
    ciCommands(files, text.replace(/^\t[@-]*/gm, ''), { source, offset, depth: (from.depth ?? 0) + 1 }),
  );
}

/** The recipes of targets and of what they depend on. */
function recipesOf(text: string, targets: readonly string[], depth: number): { text: string; offset: number }[] {
  if (depth === 0) return [];
  return targets.flatMap((target) => {
    const name = target.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const rule = new RegExp(`^${name}[ \\t]*::?[ \\t]*([^\\n=]*)\\n((?:(?:\\t.*|[ \\t]*)\\n?)*)`, 'm').exec(text);
    if (!rule) return [];
    const [all, needs = '', body = ''] = rule;
    const own = { text: body, offset: rule.index + all.indexOf(body) };
    return [...recipesOf(text, needs.split(/\s+/).filter(Boolean), depth - 1), own];
  });
}

function toxCommands(files: Files, _: readonly string[], from: From): CiCommand[] {
  const source = files.paths.includes('tox.ini') ? files.read('tox.ini') : undefined;
  const blocks = source?.text.matchAll(/^commands\s*=((?:.*\n)(?:[ \t]+\S.*\n?)*)/gm) ?? [];
  return source
    ? [...blocks].flatMap(({ 1: text = '', index }) =>
        ciCommands(files, text, { source, offset: index, depth: (from.depth ?? 0) + 1 }),
      )
    : [];
}

function noxCommands(files: Files, _: readonly string[], _from: From): CiCommand[] {
  const source = files.paths.includes('noxfile.py') ? files.read('noxfile.py') : undefined;
  const runs = source?.text.matchAll(/session\.run\(([^)]*)\)/g) ?? [];
  return source
    ? [...runs].map(({ 1: text = '', index }) => ({
        ...placeOf(source, index),
        words: [...text.matchAll(/["']([^"']*)["']/g)].map(([, word = '']) => word),
        blocking: true,
      }))
    : [];
}

/** The hooks of pre-commit, each as the command of its id. */
function hooks(files: Files, words: readonly string[], _from: From): CiCommand[] {
  const path = files.paths.find((each) => /^\.pre-commit-config\.ya?ml$/.test(each));
  const source = path === undefined || words[0] !== 'run' ? undefined : files.read(path);
  if (!source) return [];
  const found = readYaml(files, source).flatMap((document) => at(document, 'repos')?.items ?? []);
  return found
    .flatMap((repository) => at(repository, 'hooks')?.items ?? [])
    .map((hook) => ({
      ...placeOf(source, hook.start),
      words: [at(hook, 'id')?.text ?? '', ...texts(at(hook, 'args')), ...(at(hook, 'entry')?.text ?? '').split(/\s+/)],
      blocking: true,
    }));
}
