import type { Flag } from './flags.ts';
import { flagOf, questionsOf } from './flags.ts';
import type { Command } from './table.ts';
import { commandTable } from './table.ts';
import type { Definitions } from './wiring.ts';
import { wrap } from './wrap.ts';

const WIDTH = 96;
const GUTTER = 2;
const LONGEST_TERM = 28;

type Row = readonly [term: string, text: string];

/** `dewar --help`: needs no catalog. */
export function generalHelp(version: string): string {
  const commands = commandTable();
  const examples = commands.flatMap(({ name, examples: own }) => (name === 'completion' ? [] : own.slice(0, 1)));
  return [
    `dewar ${version}: scaffolds hardened Flask apps, adds the missing defences to existing ones and audits both.`,
    'Usage: dewar COMMAND [FLAGS]',
    section(
      'Commands',
      commands.map((command): Row => [synopsis(command), command.summary]),
    ),
    section('Flags', [
      ['-h, --help', 'Show this text, or with a command its own.'],
      ['-V, --version', 'Show the version.'],
    ]),
    section(
      'Examples',
      examples.map(([line, effect]): Row => [`dewar ${line}`, effect]),
    ),
    section('Environment', [
      ['NO_COLOR', 'No colour, whatever the terminal can do.'],
      ['CI', 'Asks nothing, as without a terminal.'],
    ]),
  ].join('\n\n');
}

/** `dewar COMMAND --help`. */
export function commandHelp(command: Command, definitions?: Definitions): string {
  const own = command.flags.filter(({ question }) => question === undefined);
  const parts = [
    `${command.summary}.`,
    wrap(command.details ?? '', WIDTH).join('\n'),
    `Usage: dewar ${synopsis(command)} [FLAGS]`,
    command.positional === undefined
      ? ''
      : section('Argument', [[command.positional.metavar, command.positional.help]]),
    section('Flags', own.map(row)),
    definitions === undefined ? '' : questionSections(command, definitions),
    command.name === 'new' && definitions !== undefined ? presetSection(definitions) : '',
    section(
      'Examples',
      command.examples.map(([line, effect]): Row => [`dewar ${line}`, effect]),
    ),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function synopsis({ name, positional }: Command): string {
  if (positional === undefined) return name;
  const word = positional.many ? `${positional.metavar}...` : positional.metavar;
  return positional.needed ? `${name} ${word}` : `${name} [${word}]`;
}

function questionSections(command: Command, definitions: Definitions): string {
  const keyed = questionsOf(definitions).filter(({ key }) => command.flags.some(({ question }) => question === key));
  const owners = [...new Set(keyed.map(({ owner }) => owner))];
  const sections = owners.map((owner) => {
    const rows = keyed.filter((one) => one.owner === owner).map((one) => row(flagOf(one)));
    return section(owner === undefined ? 'Answers' : `Answers of ${owner}`, rows);
  });
  return sections.join('\n\n');
}

function presetSection({ presets }: Definitions): string {
  return section(
    'Presets',
    presets.map(({ name, summary }): Row => [name, summary]),
  );
}

function row(flag: Flag): Row {
  const long = flag.negatable ? `--[no-]${flag.name}` : `--${flag.name}`;
  const value = flag.kind === 'switch' ? '' : ` ${flag.metavar ?? 'VALUE'}`;
  const choices =
    flag.choices === undefined ? '' : ` ${flag.kind === 'list' ? 'Any' : 'One'} of: ${flag.choices.join(', ')}.`;
  return [`${flag.short === undefined ? '' : `-${flag.short}, `}${long}${value}`, `${flag.help}${choices}`];
}

function section(title: string, rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const longest = Math.max(...rows.map(([term]) => term.length));
  const column = Math.min(longest, LONGEST_TERM) + GUTTER;
  const lines = rows.map(([term, text]) => {
    const wrapped = wrap(text, WIDTH - GUTTER - column).map((line) => ' '.repeat(GUTTER + column) + line);
    const fits = term.length <= column - GUTTER;
    const first = ' '.repeat(GUTTER) + term;
    if (!fits) return [first, ...wrapped].join('\n');
    return [first.padEnd(GUTTER + column) + (wrapped[0] ?? '').trimStart(), ...wrapped.slice(1)].join('\n');
  });
  return `${title}:\n${lines.join('\n')}`;
}
