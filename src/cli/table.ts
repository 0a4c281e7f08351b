import type { Flag } from './flags.ts';
import { flagOf, questionsOf } from './flags.ts';
import type { Definitions } from './wiring.ts';

export type CommandName = 'new' | 'list' | 'explain' | 'audit' | 'add' | 'update' | 'completion';

/** One command as the parser, the help and the completion scripts see it. */
export interface Command {
  readonly name: CommandName;
  readonly summary: string;
  readonly positional?: Positional;
  readonly flags: readonly Flag[];
  /** Command lines without the leading `dewar`, each with what it does. */
  readonly examples: readonly (readonly [line: string, effect: string])[];
}
export interface Positional {
  readonly metavar: string;
  readonly kind: 'folder' | 'mitigation' | 'shell';
  readonly needed: boolean;
  readonly many?: true;
  readonly help: string;
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const help: Flag = { name: 'help', short: 'h', kind: 'switch', help: 'Show this text.' };
const json: Flag = { name: 'json', kind: 'switch', help: 'Print JSON with a versioned schema; asks nothing.' };
const quiet: Flag = { name: 'quiet', short: 'q', kind: 'switch', help: 'Print errors only.' };
const writing: readonly Flag[] = [
  { name: 'dry-run', short: 'n', kind: 'switch', help: 'Show what would change; write nothing.' },
  { name: 'diff', kind: 'switch', help: 'Show each change as a unified diff.' },
  {
    name: 'on-conflict',
    kind: 'value',
    metavar: 'WORD',
    choices: ['ask', 'keep', 'theirs', 'fail'],
    help: 'What to do with a file that exists and differs; `ask` with a terminal, else `fail`.',
  },
  json,
  quiet,
  help,
];
const answering: readonly Flag[] = [
  { name: 'yes', short: 'y', kind: 'switch', help: 'Take the default of every question that is left; ask nothing.' },
  { name: 'no-input', kind: 'switch', help: 'Never ask: a missing answer is an error that names its flag.' },
  {
    name: 'answers',
    kind: 'value',
    metavar: 'FILE',
    complete: 'file',
    help: 'Take answers from a JSON, YAML or TOML file; flags win over it.',
  },
];
const project: Flag = {
  name: 'project',
  kind: 'value',
  metavar: 'DIR',
  complete: 'folder',
  help: 'The folder of the app; the current one if left out.',
};

/** Flags of `new` whose values come from the definitions. */
function choosing(definitions: Definitions): readonly Flag[] {
  const ids = definitions.catalog.map(({ id }) => id);
  const presets = definitions.presets.map(({ name }) => name);
  return [
    { name: 'preset', kind: 'value', metavar: 'NAME', choices: presets, help: 'Start from a preset; see below.' },
    { name: 'with', kind: 'list', metavar: 'ID,...', choices: ids, help: 'Put these defences in as well.' },
    { name: 'without', kind: 'list', metavar: 'ID,...', choices: ids, help: 'Leave these defences out.' },
    { name: 'git', kind: 'switch', negatable: true, help: 'Make a Git repository with a first commit.' },
    { name: 'install', kind: 'switch', negatable: true, help: 'Install the dependencies; needs the network.' },
  ];
}

/** The commands; flags that follow from the catalog are there when the definitions are given. */
export function commandTable(definitions?: Definitions): readonly Command[] {
  const table = [newCommand(definitions), ...readers(), ...changers(definitions), completion()];
  for (const command of table) refuseDoubles(command);
  return table;
}

function newCommand(definitions?: Definitions): Command {
  const derived = definitions === undefined ? [] : [...choosing(definitions), ...questionsOf(definitions).map(flagOf)];
  return {
    name: 'new',
    summary: 'Make a hardened Flask app in a new folder, or in the current one with `.`',
    positional: { metavar: 'DIR', kind: 'folder', needed: true, help: 'The folder to write to.' },
    flags: [...answering, ...derived, ...writing],
    examples: [
      ['new acme-portal', 'asks, shows the files, then writes them'],
      ['new acme-portal --yes', 'takes every default'],
      ['new . --preset paas --without files --yes', 'starts from a preset'],
      ['new acme-portal --answers team.toml --no-input', 'asks nothing; fails if an answer is missing'],
      ['new acme-portal --yes --dry-run --json', 'shows the plan to a program'],
    ],
  };
}

function readers(): readonly Command[] {
  const where = { metavar: 'DIR', kind: 'folder', needed: false, help: 'The folder of the app.' } as const;
  return [
    {
      name: 'list',
      summary: 'List the defences',
      flags: [json, help],
      examples: [['list --json', 'for a program']],
    },
    {
      name: 'explain',
      summary: 'Say what a defence is against, what it changes and how to check it',
      positional: { metavar: 'ID', kind: 'mitigation', needed: true, help: 'A defence of `dewar list`.' },
      flags: [json, help],
      examples: [['explain csrf', 'threats, changes, rules, CWE and ASVS']],
    },
    {
      name: 'audit',
      summary: 'Say which defences an app has, with file and line (first slice)',
      positional: where,
      flags: [json, quiet, help],
      examples: [
        ['audit', 'the app in the current folder'],
        ['audit services/portal --json', 'another folder, for a program'],
      ],
    },
  ];
}

function changers(definitions?: Definitions): readonly Command[] {
  const owned = definitions === undefined ? [] : questionsOf(definitions).filter(({ owner }) => owner !== undefined);
  return [
    {
      name: 'add',
      summary: 'Put defences into an app that exists (first slice)',
      positional: { metavar: 'ID', kind: 'mitigation', needed: true, many: true, help: 'Defences of `dewar list`.' },
      flags: [project, ...owned.map(flagOf), ...writing],
      examples: [
        ['add csrf --dry-run --diff', 'shows each change'],
        ['add csrf sessions', 'changes the app in the current folder'],
      ],
    },
    {
      name: 'update',
      summary: 'Bring an app up to this version, keeping its own changes (first slice)',
      positional: { metavar: 'DIR', kind: 'folder', needed: false, help: 'The folder of the app.' },
      flags: writing,
      examples: [['update --dry-run --diff', 'shows what an update would change']],
    },
  ];
}

function completion(): Command {
  return {
    name: 'completion',
    summary: 'Print a completion script for a shell',
    positional: { metavar: 'SHELL', kind: 'shell', needed: true, help: SHELLS.join(', ') },
    flags: [help],
    examples: [
      ['completion bash > ~/.local/share/bash-completion/completions/dewar', 'for bash'],
      ['completion zsh > ~/.zfunc/_dewar', 'for zsh, with ~/.zfunc in fpath'],
      ['completion fish > ~/.config/fish/completions/dewar.fish', 'for fish'],
    ],
  };
}

/** A question whose flag is already taken is a mistake in the catalog, to be seen by whoever adds it. */
function refuseDoubles({ name, flags }: Command): void {
  const seen = new Set<string>();
  for (const flag of flags) {
    for (const word of flag.negatable ? [flag.name, `no-${flag.name}`] : [flag.name]) {
      if (seen.has(word)) throw new Error(`two flags of dewar ${name} are called --${word}`);
      seen.add(word);
    }
  }
}
