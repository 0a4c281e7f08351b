import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { PackOrigin } from '../pack.ts';
import { appAround } from '../update/around.ts';
import { readPacks } from '../update/record.ts';
import type { Command } from './table.ts';

/** The packs that a command line is about, which must be known before the rest of it can be understood. */
export interface PacksWanted {
  /** As written behind `--pack`. */
  readonly named: readonly string[];
  /** Hashes behind `--trust`. */
  readonly trusted: readonly string[];
  /** What the app has. */
  readonly recorded: readonly PackOrigin[];
  /** The folder of that app; undefined where there is none. */
  readonly root?: string;
  /** False where the command line says that nobody is asked. */
  readonly asks: boolean;
}

/** Finds the packs of a command line whose flags are not all known yet; undefined where it is about none. */
export function packsWanted(command: Command, argv: readonly string[], cwd: string): PacksWanted | undefined {
  const { values, positionals } = peeked(command, argv);
  const named = listOf(values['pack']);
  const root = command.inApp ? rootOf(command, { values, positionals }, cwd) : answeredApp(values['answers'], cwd);
  const recorded = root === undefined ? [] : recordedAt(root, command);
  if (named.length + recorded.length === 0) return undefined;
  const asks = !['yes', 'no-input', 'json', 'quiet'].some((name) => values[name] === true);
  return { named, trusted: listOf(values['trust']), recorded, asks, ...(root !== undefined && { root }) };
}

/** What `adopt` is to make anew may be damaged: it takes the packs that it can still read of. */
function recordedAt(root: string, { name }: Command): readonly PackOrigin[] {
  try {
    return readPacks(root);
  } catch (error) {
    if (name === 'adopt') return [];
    throw error;
  }
}

interface Peeked {
  readonly values: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

/** Flags of questions are not among the command's yet: they are passed over. */
function peeked({ flags }: Command, argv: readonly string[]): Peeked {
  const options = Object.fromEntries(
    flags.map(({ name, kind, short }) => {
      const type = kind === 'switch' ? ('boolean' as const) : ('string' as const);
      return [name, { type, multiple: kind === 'list', ...(short !== undefined && { short }) }];
    }),
  );
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true });
}

/** The app whose record is given as answers: the new one is to be like it, with its packs. */
function answeredApp(answers: unknown, cwd: string): string | undefined {
  const record = typeof answers === 'string' ? resolve(cwd, answers) : '';
  return record.endsWith(join('.dewar', 'project.json')) ? dirname(dirname(record)) : undefined;
}

function rootOf({ positional }: Command, { values, positionals }: Peeked, cwd: string): string {
  const named = positional?.kind === 'folder' ? positionals[0] : values['project'];
  const here = resolve(cwd, typeof named === 'string' ? named : '.');
  return typeof named === 'string' ? here : (appAround(here) ?? here);
}

/** A flag that may be given more than once, and holds several values between commas, as every list does. */
function listOf(value: unknown): string[] {
  const words = Array.isArray(value) ? value.map(String) : [];
  return words.flatMap((word) => word.split(',')).filter((word) => word !== '');
}
