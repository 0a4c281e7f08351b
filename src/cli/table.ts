import {
  adding,
  addsAll,
  answering,
  auditing,
  fixing,
  help,
  json,
  onConflict,
  packing,
  project,
  quiet,
  trust,
  writing,
} from './common-flags.ts';
import type { Flag } from './flags.ts';
import { flagOf, questionsOf } from './flags.ts';
import { fleetCommand } from './fleet-table.ts';
import { updaters } from './update-table.ts';
import type { Definitions } from './wiring.ts';

export type CommandName =
  | 'new'
  | 'list'
  | 'explain'
  | 'audit'
  | 'add'
  | 'undo'
  | 'update'
  | 'diff'
  | 'adopt'
  | 'fleet'
  | 'pack'
  | 'completion';

/** One command as the parser, the help and the completion scripts see it. */
export interface Command {
  readonly name: CommandName;
  readonly summary: string;
  /** What the help says below the summary, where one line is not the whole truth. */
  readonly details?: string;
  readonly positional?: Positional;
  /** Works on an app that exists: without a folder it is looked for upwards from the current one. */
  readonly inApp?: true;
  readonly flags: readonly Flag[];
  /** Command lines without the leading `dewar`, each with what it does. */
  readonly examples: readonly (readonly [line: string, effect: string])[];
}
export interface Positional {
  readonly metavar: string;
  readonly kind: 'folder' | 'mitigation' | 'shell' | 'action';
  readonly needed: boolean;
  readonly many?: true;
  readonly help: string;
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Flags of `new` whose values come from the definitions. */
function choosing(definitions: Definitions): readonly Flag[] {
  const ids = definitions.catalog.map(({ id }) => id);
  const presets = definitions.presets.map(({ name }) => name);
  return [
    { name: 'preset', kind: 'value', metavar: 'NAME', choices: presets, help: 'Start from a preset; see below.' },
    { name: 'with', kind: 'list', metavar: 'ID,...', choices: ids, help: 'Put these defences in as well.' },
    { name: 'without', kind: 'list', metavar: 'ID,...', choices: ids, help: 'Leave these defences out.' },
    { name: 'git', kind: 'switch', negatable: true, help: 'Make a Git repository with a first commit.' },
    install('Install the dependencies; needs the network.'),
  ];
}

function install(help: string): Flag {
  return { name: 'install', kind: 'switch', negatable: true, help };
}

const where: Positional = { metavar: 'DIR', kind: 'folder', needed: false, help: project.help };

/** The commands; flags that follow from the catalog are there when the definitions are given. */
export function commandTable(definitions?: Definitions): readonly Command[] {
  const table = [
    newCommand(definitions),
    ...readers(),
    addCommand(definitions),
    undoCommand(),
    ...updaters(where),
    fleetCommand(),
    packCommand(),
    completion(),
  ];
  for (const command of table) refuseDoubles(command);
  return table;
}

function newCommand(definitions?: Definitions): Command {
  const derived = definitions === undefined ? [] : [...choosing(definitions), ...questionsOf(definitions).map(flagOf)];
  return {
    name: 'new',
    summary: 'Make a hardened Flask app in a new folder, or in the current one with `.`',
    positional: { metavar: 'DIR', kind: 'folder', needed: true, help: 'The folder to write to.' },
    flags: [...answering, ...derived, ...packing, onConflict, ...writing],
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
  return [
    {
      name: 'list',
      summary: 'List the defences',
      flags: [...packing, json, help],
      examples: [
        ['list --json', 'for a program'],
        ['list --pack ./acme-pack', 'with those of a pack'],
      ],
    },
    {
      name: 'explain',
      summary: 'Say what a defence is against, what it changes and how to check it',
      positional: { metavar: 'ID', kind: 'mitigation', needed: true, help: 'A defence of `dewar list`.' },
      flags: [...packing, json, help],
      examples: [['explain csrf', 'threats, changes, rules, CWE and ASVS']],
    },
    {
      name: 'audit',
      inApp: true,
      summary: 'Say which defences an app has, with file and line',
      positional: where,
      flags: [...auditing, ...fixing, trust, json, quiet, help],
      examples: [
        ['audit', 'the app in the current folder'],
        ['audit services/portal --json', 'another folder, for a program'],
        ['audit --output report.html --output dewar.sarif', 'the table, and two files'],
        ['audit --since main --fail-on medium', 'fails on what is new since a Git revision'],
        ['audit --require csrf=implemented', 'fails where that is not so'],
        ['audit --fix --yes', 'adds what is missing, as add --all does'],
      ],
    },
  ];
}

function addCommand(definitions?: Definitions): Command {
  const owned = definitions === undefined ? [] : questionsOf(definitions).filter(({ owner }) => owner !== undefined);
  return {
    name: 'add',
    inApp: true,
    summary: 'Put defences into an app that exists',
    details:
      'Without an ID it shows what the app lacks and offers it. All or none is written; what the app cannot live with ' +
      'yet is withheld, and what cannot be done safely is listed as steps to do by hand, with exit code 6. Changes ' +
      'that are not committed stop it, with exit code 5.',
    positional: { metavar: 'ID', kind: 'mitigation', needed: false, many: true, help: 'Defences of `dewar list`.' },
    flags: [
      project,
      trust,
      addsAll,
      ...adding,
      install('Install the new packages with the tools of the app; needs the network.'),
      ...answering,
      ...owned.map(flagOf),
      ...writing,
    ],
    examples: [
      ['add', 'shows what the app in the current folder lacks, and asks'],
      ['add --all --yes --install', 'asks nothing, and installs the new packages'],
      ['add csrf headers --dry-run --diff', 'shows each change'],
      ['add csrf --exempt hooks.stripe,/api/', 'names callers that have no token'],
    ],
  };
}

function undoCommand(): Command {
  return {
    name: 'undo',
    inApp: true,
    summary: 'Take back the last `add` or `update`, keeping what you changed since',
    details:
      'The old text comes from Git, or from a private folder of yours where Git does not have it. Lines that you ' +
      'changed too are marked in the file, as Git does, with exit code 3.',
    positional: where,
    flags: [
      { name: 'all', kind: 'switch', help: 'Take back all that `add` ever did here, by the record in the app.' },
      ...writing,
    ],
    examples: [
      ['undo --dry-run --diff', 'shows what would be taken back'],
      ['undo --all', 'also in a clone of the repository'],
    ],
  };
}

function packCommand(): Command {
  const actions = 'list, info, check, new or lock, and the pack that is meant.';
  return {
    name: 'pack',
    summary: "List, look at, check or begin a team's pack",
    details:
      'list: the packs of the app here. info SOURCE: what a pack changes, and whether it brings code. check FOLDER: ' +
      'whether it keeps its contract. new FOLDER: begin one. lock FOLDER: write the versions and hashes of the packages ' +
      'that it adds, with uv.',
    positional: { metavar: 'ACTION [SOURCE]', kind: 'action', needed: true, many: true, help: actions },
    flags: [trust, json, quiet, help],
    examples: [
      ['pack new ./acme-pack', 'writes a pack to start from, with its test'],
      ['pack check ./acme-pack', 'names what is wrong, with file and line'],
      ['pack info https://git.example.com/acme/pack.git#v1.2.0', 'fetches it and says what it does'],
    ],
  };
}

function completion(): Command {
  return {
    name: 'completion',
    summary: 'Print a completion script for a shell',
    positional: { metavar: 'SHELL', kind: 'shell', needed: true, help: `One of ${SHELLS.join(', ')}.` },
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
