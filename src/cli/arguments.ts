import { parseArgs } from 'node:util';
import type { Format } from '../audit/reports/formats.ts';
import type { Threshold } from '../audit/settings.ts';
import type { DewarError } from '../error.ts';
import type { Answer, Answers } from '../mitigation.ts';
import type { ConflictMode } from '../plan/conflicts.ts';
import type { ConflictStyle } from '../update/reconcile.ts';
import { coerce, oneOf, split, usage } from './coerce.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Flag, Keyed } from './flags.ts';
import { flagName } from './flags.ts';
import type { Command, Positional } from './table.ts';

/** A command line, understood. */
export interface Invocation {
  readonly command: Command;
  readonly positionals: readonly string[];
  readonly options: Options;
  /** Answers given by the questions' own flags. */
  readonly answers: Answers;
}
/** The flags that are not questions; undefined where the user said nothing. */
export interface Options {
  readonly help?: boolean;
  readonly yes?: boolean;
  readonly 'no-input'?: boolean;
  readonly answers?: string;
  readonly preset?: string;
  readonly with?: readonly string[];
  readonly without?: readonly string[];
  readonly 'dry-run'?: boolean;
  readonly diff?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly 'on-conflict'?: ConflictMode;
  readonly git?: boolean;
  readonly install?: boolean;
  readonly project?: string;
  readonly pack?: readonly string[];
  readonly trust?: readonly string[];
  readonly all?: boolean;
  readonly exempt?: readonly string[];
  readonly fix?: boolean;
  readonly format?: Format;
  readonly output?: readonly string[];
  readonly verbose?: boolean;
  readonly 'fail-on'?: Threshold;
  readonly require?: readonly string[];
  readonly app?: string;
  readonly since?: string;
  readonly baseline?: string;
  readonly 'write-baseline'?: string;
  readonly 'inline-suppressions'?: boolean;
  readonly set?: readonly string[];
  readonly check?: boolean;
  readonly to?: string;
  readonly conflict?: ConflictStyle;
  readonly 'allow-dirty'?: boolean;
  readonly renew?: boolean;
}

type Values = Map<string, string | boolean | string[]>;
type OptionToken = {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string;
  readonly inline: boolean;
};

/** What a command's arguments mean; anything unknown or incomplete is a usage error that names the nearest word. */
export function parseArguments(argv: readonly string[], command: Command, questions: readonly Keyed[]): Invocation {
  const values: Values = new Map();
  const positionals: string[] = [];
  for (const token of tokens(argv, command.flags)) {
    if (typeof token === 'string') positionals.push(token);
    else take(values, token, command);
  }
  const options = optionsOf(values, command.flags);
  if (options.help !== true) checkPositionals(positionals, command);
  return { command, positionals, options, answers: answersOf(values, questions) };
}

function tokens(argv: readonly string[], flags: readonly Flag[]): (OptionToken | string)[] {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {};
  for (const { name, short, kind, negatable } of flags) {
    options[name] = { type: kind === 'switch' ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) };
    if (negatable) options[`no-${name}`] = { type: 'boolean' };
  }
  // Not strict: Node's own messages suggest no word, so the tokens are judged here.
  const { tokens: found } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return found.flatMap((token): (OptionToken | string)[] => {
    if (token.kind === 'option-terminator') return [];
    if (token.kind === 'positional') return [token.value];
    const { name, rawName, value } = token;
    return [{ name, rawName, inline: token.inlineValue === true, ...(value === undefined ? {} : { value }) }];
  });
}

function take(values: Values, token: OptionToken, command: Command): void {
  const { flag, negative } = find(token, command);
  if (flag.kind === 'switch') {
    if (token.inline) throw usage(`${token.rawName} takes no value; write ${token.rawName} alone.`);
    values.set(flag.name, !negative);
    return;
  }
  const value = valueGiven(token, flag);
  if (flag.kind === 'value') {
    values.set(flag.name, flag.choices === undefined ? value : oneOf(value, flag.choices, token.rawName));
    return;
  }
  const earlier = values.get(flag.name);
  values.set(flag.name, [...(Array.isArray(earlier) ? earlier : []), ...wordsOf(value, token.rawName, flag)]);
}

function wordsOf(value: string, rawName: string, flag: Flag): string[] {
  const words = flag.whole ? [value] : split(value);
  // An empty shell variable must not pass for a decision.
  if (words.length === 0) throw needsValue(rawName, flag);
  for (const word of words) if (flag.choices !== undefined) oneOf(word, flag.choices, rawName);
  return words;
}

function find(token: OptionToken, command: Command): { flag: Flag; negative: boolean } {
  for (const flag of command.flags) {
    if (flag.name === token.name) return { flag, negative: false };
    if (flag.negatable && `no-${flag.name}` === token.name) return { flag, negative: true };
  }
  const names = command.flags.flatMap(({ name, negatable }) => (negatable ? [name, `no-${name}`] : [name]));
  const hint = didYouMean(token.name, names, '--') || ` See dewar ${command.name} --help.`;
  throw usage(`dewar ${command.name} has no flag ${token.rawName}.${hint}`);
}

function valueGiven(token: OptionToken, flag: Flag): string {
  const { value, rawName } = token;
  // `--name --yes` is a forgotten value, not an app called "--yes"; `--name=--yes` says it is meant.
  const forgotten = value === undefined || (!token.inline && value.startsWith('-') && value.length > 1);
  if (!forgotten) return value;
  throw needsValue(rawName, flag);
}

function needsValue(rawName: string, flag: Flag): DewarError {
  const choices = flag.choices === undefined ? '' : `: ${flag.choices.join(', ')}`;
  return usage(`${rawName} needs a value${choices}. Write ${rawName} ${flag.metavar ?? 'VALUE'}.`);
}

function optionsOf(values: Values, flags: readonly Flag[]): Options {
  const options: Record<string, string | boolean | string[]> = {};
  for (const { name, question } of flags) {
    const value = values.get(name);
    if (question === undefined && value !== undefined) options[name] = value;
  }
  return options as Options;
}

function answersOf(values: Values, questions: readonly Keyed[]): Answers {
  const answers: Record<string, Answer> = {};
  for (const { key, question } of questions) {
    const name = flagName(key);
    const value = values.get(name);
    if (value !== undefined) answers[key] = coerce(question, value, `--${name}`);
  }
  return answers;
}

function checkPositionals(given: readonly string[], { name, positional, examples }: Command): void {
  if (positional === undefined) {
    if (given.length > 0) throw usage(`dewar ${name} takes no argument, but got ${JSON.stringify(given[0])}.`);
    return;
  }
  if (positional.needed && given.length === 0)
    throw usage(`${lacks(name, positional)} Example: dewar ${examples[0]?.[0]}`);
  if (!positional.many && given.length > 1) {
    throw usage(
      `dewar ${name} takes one ${positional.metavar}, but got ${given.map((one) => JSON.stringify(one)).join(' and ')}.`,
    );
  }
  if (given.includes('')) throw usage(`dewar ${name}: ${positional.metavar} is empty.`);
}

function lacks(name: string, { metavar, help }: Positional): string {
  return `dewar ${name} needs ${metavar}: ${help}`;
}
