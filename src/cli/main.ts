import { DewarError, Exit } from '../error.ts';
import { type Invocation, parseArguments } from './arguments.ts';
import { usage } from './coerce.ts';
import { didYouMean } from './did-you-mean.ts';
import { questionsOf } from './flags.ts';
import type { Io } from './io.ts';
import { type Say, sayOf } from './say.ts';
import { type Command, type CommandName, commandTable } from './table.ts';
import type { Definitions, Wiring } from './wiring.ts';

/** What a shell calls a program that was ended by Ctrl-C. */
const INTERRUPTED = 130;

/** Runs one command line and resolves to its exit code; never throws. */
export async function main(argv: readonly string[], io: Io, wiring: Wiring): Promise<number> {
  // Until the flags are understood: a program that asked for JSON must get it for a bad flag too.
  const say = sayOf(io, { json: argv.includes('--json') });
  try {
    return await dispatch(argv, io, { wiring, say });
  } catch (error) {
    return await failed(error, io, say);
  }
}

interface Setting {
  readonly wiring: Wiring;
  readonly say: Say;
}

async function dispatch(argv: readonly string[], io: Io, { wiring, say }: Setting): Promise<number> {
  const [word, ...rest] = argv[0] === 'help' && argv.length > 1 ? [...argv.slice(1), '--help'] : argv;
  if (word === '--version' || word === '-V' || word === 'version') return print(io, wiring.version);
  if (word === '--help' || word === '-h' || word === 'help') return print(io, await generalHelp(wiring));
  if (word === undefined) {
    io.error.write(`${await generalHelp(wiring)}\n`);
    return Exit.usage;
  }
  const base = find(commandTable(), word);
  const layered = await withPacks(base, rest, { io, wiring, say });
  const definitions = await definitionsFor(base, layered);
  const command = find(commandTable(definitions), word);
  const invocation = parseArguments(rest, command, questionsOf(definitions));
  if (invocation.options.help) return print(io, await commandHelp(command, definitions));
  return execute(invocation, definitions, { io, wiring: layered, json: say.json });
}

/** Packs bring questions, and so flags: they are loaded before the arguments are understood. */
async function withPacks(
  command: Command,
  argv: readonly string[],
  setting: { readonly io: Io; readonly wiring: Wiring; readonly say: Say },
): Promise<Wiring> {
  if (!command.inApp && !argv.some((word) => /^--(?:pack|answers)(?:=|$)/.test(word))) return setting.wiring;
  const { packsWanted } = await import('./packs-wanted.ts');
  const wanted = packsWanted(command, argv, setting.io.cwd);
  if (!wanted) return setting.wiring;
  if (command.inApp && wanted.root !== undefined) await recoverFirst(wanted.root, setting.say);
  const { wiringWithPacks } = await import('./packs.ts');
  return wiringWithPacks(command, wanted, setting);
}

async function execute(
  invocation: Invocation,
  definitions: Definitions,
  { io, wiring, json }: { readonly io: Io; readonly wiring: Wiring; readonly json: boolean },
): Promise<number> {
  const [{ handlers }, { rootOf }] = await Promise.all([import('./run.ts'), import('./root.ts')]);
  const say = sayOf(io, { json, quiet: invocation.options.quiet ?? false });
  const root = rootOf(invocation, io, say);
  await recoverFirst(root, say);
  return handlers[invocation.command.name](
    { io, wiring: await placed(wiring, root), say, root },
    definitions,
    invocation,
  );
}

/** Folders of packs are recorded by their way from the app. */
async function placed(wiring: Wiring, root: string): Promise<Wiring> {
  if (!wiring.packed || !wiring.layered) return wiring;
  const { rooted } = await import('./packs.ts');
  return wiring.layered((catalog) => rooted(catalog, root));
}

/** Whatever the command: a change that a killed run left half done in its folder is finished or taken back first. */
async function recoverFirst(root: string, say: Say): Promise<void> {
  const [{ recover }, { repositoryAround }] = await Promise.all([
    import('../plan/recover.ts'),
    import('../plan/repository.ts'),
  ]);
  for (const each of new Set([root, repositoryAround(root) ?? root])) {
    const outcome = recover(each);
    if (outcome !== 'nothing') say.note(`An interrupted change of ${each} was ${outcome}.`);
  }
}

const NO_DEFINITIONS: Definitions = { catalog: [], projectQuestions: {}, presets: [] };

/** Commands whose flags follow from the catalog; the others load it only where a flag's value names an answer. */
const derived: readonly CommandName[] = ['new', 'list', 'explain', 'add', 'completion'];

async function definitionsFor({ name }: Command, wiring: Wiring): Promise<Definitions> {
  return derived.includes(name) ? wiring.definitions() : NO_DEFINITIONS;
}

function find(table: readonly Command[], word: string): Command {
  const command = table.find(({ name }) => name === word);
  if (command !== undefined) return command;
  const names = table.map(({ name }) => name);
  if (word.startsWith('-')) {
    throw usage(`${word} stands before a command. Flags come after it: dewar COMMAND ${word}. See dewar --help.`);
  }
  const hint = didYouMean(word, names, 'dewar ') || ` There are ${names.join(', ')}.`;
  throw usage(`there is no command called ${JSON.stringify(word)}.${hint}`);
}

async function generalHelp({ version }: Wiring): Promise<string> {
  return (await import('./help.ts')).generalHelp(version);
}

async function commandHelp(command: Command, definitions: Definitions): Promise<string> {
  return (await import('./help.ts')).commandHelp(command, definitions);
}

function print(io: Io, text: string): number {
  io.output.write(`${text}\n`);
  return Exit.done;
}

/** A user's mistake is one sentence; only a fault of ours shows where it happened. */
async function failed(error: unknown, io: Io, say: Say): Promise<number> {
  if (error instanceof DewarError) {
    say.failure(error.message, error.exit);
    return error.exit;
  }
  if (error instanceof Error && error.name === 'Left') {
    io.error.write('Left; nothing was written.\n');
    return INTERRUPTED;
  }
  // The system's own refusals (a full disk, a folder that cannot be read) are no fault of ours.
  const refused = (await import('./system-error.ts')).systemError(error);
  const { stack } = error as Error;
  say.failure(refused ?? `this is a fault in Dewar, please report it.\n${stack ?? String(error)}`, Exit.error);
  return Exit.error;
}
