import type { Source } from '../source/text.ts';
import { commandOfWords, commandsOf, placeOf } from './commands.ts';
import type { Command, DeployFacts, DeployRole, EnvironmentValue, Files } from './facts.ts';
import { installedBy } from './installs.ts';
import { deployRole, partRole } from './roles.ts';
import { baseName, unquote } from './shell.ts';

interface Instruction {
  readonly name: string;
  readonly text: string;
  readonly offset: number;
}

interface Stage {
  readonly name: string;
  readonly from: Instruction;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

type ImageFacts = Pick<DeployFacts, 'commands' | 'environment' | 'packages' | 'stages'>;

/** What an image is built from and starts: of the last stage and of those that are built by name. */
export function readDockerfile(files: Files, source: Source, targets: ReadonlySet<string>): ImageFacts {
  const all = stagesOf(instructionsOf(source.text));
  const facts = all.map((stage, index) => {
    const built = index === all.length - 1 || targets.has(stage.name);
    const role = partRole(stage.name, deployRole(source.path));
    return stageFacts({ files, source, all, role, built }, stage);
  });
  return {
    commands: facts.flatMap(({ commands }) => commands),
    environment: facts.flatMap(({ environment }) => environment),
    packages: facts.flatMap(({ packages }) => packages),
    stages: facts.flatMap(({ stages }) => stages),
  };
}

interface Image {
  readonly files: Files;
  readonly source: Source;
  readonly all: readonly Stage[];
  readonly role: DeployRole;
  readonly built: boolean;
}

function stageFacts(image: Image, stage: Stage): ImageFacts {
  const { source, role, built } = image;
  const line = [...ancestors(image.all, stage), stage];
  const user = last(line, 'USER')?.text;
  const packages = stage.instructions
    .filter(({ name }) => name === 'RUN')
    .flatMap(({ text, offset }) => installedBy(text, placeOf(source, offset)));
  return {
    commands: built ? started(image, line) : [],
    environment: built ? line.flatMap((each) => environmentOf(source, each, role)) : [],
    packages,
    stages: [
      { ...placeOf(source, stage.from.offset), name: stage.name, base: stage.base, built, role, ...(user && { user }) },
    ],
  };
}

/** Entry point and command as they hold at the end of a stage: lists are one command, and a script hands on to its words. */
function started({ files, source, role }: Image, line: readonly Stage[]): Command[] {
  const entry = last(line, 'ENTRYPOINT');
  const command = last(line, 'CMD');
  const [first, second] = [entry, command].map((each) => each && listOf(each.text));
  const joined = first && second ? [...first, ...second] : undefined;
  const joins = joined !== undefined && interpreter.test(baseName(first?.[0] ?? ''));
  return [entry, command].flatMap((each) => {
    if (!each || (each === command && joins)) return [];
    const site = { place: placeOf(source, each.offset), origin: 'image', role } as const;
    const words = each === entry && joined ? joined : listOf(each.text);
    return words ? commandOfWords(files, words, site) : commandsOf(files, each.text, site);
  });
}

/** Programs that the words of the command are arguments of. */
const interpreter = /^(python[\d.]*|flask|gunicorn|uwsgi|uvicorn|hypercorn|waitress-serve)$/;

function last(line: readonly Stage[], name: string): Instruction | undefined {
  return line.flatMap(({ instructions }) => instructions).findLast((each) => each.name === name);
}

/** The stages that a stage is built on, the first one first. */
function ancestors(all: readonly Stage[], stage: Stage): Stage[] {
  const before = all.slice(0, all.indexOf(stage));
  const base = before.find(({ name }) => name !== '' && name === stage.base.toLowerCase());
  return base ? [...ancestors(all, base), base] : [];
}

function environmentOf(source: Source, { instructions }: Stage, role: DeployRole): EnvironmentValue[] {
  return instructions
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ text, offset }) => {
      const place = { ...placeOf(source, offset), origin: 'image', role } as const;
      return pairs(text).map(({ name, value, at }) => {
        const { file, line, text: quoted } = placeOf(source, offset + at);
        return { ...place, file, line, text: quoted, name, value };
      });
    });
}

/** `A=1 B=2`, or the older `A 1`. */
function pairs(text: string): { name: string; value: string; at: number }[] {
  const start = text.indexOf(text.trimStart());
  const [, old, rest] = /^\s*([A-Za-z_]\w*)[ \t]+([^=\s][\s\S]*)$/.exec(text) ?? [];
  if (old !== undefined && rest !== undefined) return [{ name: old, value: unquote(rest.trim()), at: start }];
  const found = text.matchAll(/([A-Za-z_]\w*)=((?:"(?:\\[\s\S]|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])*)/g);
  return [...found].map(({ 1: name = '', 2: value = '', index }) => ({ name, value: unquote(value), at: index }));
}

/** The words of the JSON form. */
function listOf(text: string): string[] | undefined {
  if (!text.trim().startsWith('[')) return undefined;
  try {
    const words: unknown = JSON.parse(text.replace(/\\\r?\n/g, ' '));
    return Array.isArray(words) ? words.map(String) : undefined;
  } catch {
    return undefined;
  }
}

function stagesOf(instructions: readonly Instruction[]): Stage[] {
  const stages: Stage[] = [];
  let open: Instruction[] = [];
  for (const each of instructions) {
    if (each.name === 'FROM') {
      const [, base = '', name = ''] = /^(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?/i.exec(each.text.trim()) ?? [];
      open = [];
      stages.push({ name: name.toLowerCase(), from: each, base, instructions: open });
    } else open.push(each);
  }
  return stages;
}

/** Instructions with what follows on continued lines; comments between them are left out. */
function instructionsOf(text: string): Instruction[] {
  const found: Instruction[] = [];
  const pattern = /^[ \t]*([A-Za-z]+)[ \t]+((?:[^\n\\]|\\(?!\r?\n)|\\\r?\n(?:[ \t]*#[^\n]*\n)*)*)/gm;
  for (const { 0: all, 1: name = '', 2: rest = '', index } of text.matchAll(pattern)) {
    const offset = index + all.length - all.trimStart().length;
    found.push({
      name: name.toUpperCase(),
      text: blankComments(rest),
      offset: name.toUpperCase() === 'ENV' ? index + all.indexOf(rest) : offset,
    });
  }
  return found;
}

function blankComments(text: string): string {
  return text.replace(/^[ \t]*#[^\n]*/gm, (line, at: number) => (at === 0 ? line : ' '.repeat(line.length)));
}
