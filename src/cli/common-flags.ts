import type { Flag } from './flags.ts';

/** Shows the help of a command. */
export const help: Flag = { name: 'help', short: 'h', kind: 'switch', help: 'Show this text.' };
/** Turns the output into JSON. */
export const json: Flag = { name: 'json', kind: 'switch', help: 'Print JSON with a versioned schema; asks nothing.' };
/** Silences all but errors. */
export const quiet: Flag = { name: 'quiet', short: 'q', kind: 'switch', help: 'Print errors only.' };
/** What every command that writes understands. */
export const writing: readonly Flag[] = [
  { name: 'dry-run', short: 'n', kind: 'switch', help: 'Show what would change; write nothing.' },
  { name: 'diff', kind: 'switch', help: 'Show each change as a unified diff.' },
  json,
  quiet,
  help,
];
/** What `new` does with files that are there. */
export const onConflict: Flag = {
  name: 'on-conflict',
  kind: 'value',
  metavar: 'WORD',
  choices: ['ask', 'keep', 'theirs', 'fail'],
  help: 'What to do with a file that exists and differs; `ask` with a terminal, else `fail`.',
};
/** Where the answers of a command that asks come from. */
export const answering: readonly Flag[] = [
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
/** New answers for an app that has some. */
export const changing: readonly Flag[] = [
  {
    name: 'set',
    kind: 'list',
    metavar: 'KEY=VALUE',
    whole: true,
    help: 'Change an answer, such as store=filesystem. May be given more than once.',
  },
  {
    name: 'answers',
    kind: 'value',
    metavar: 'FILE',
    complete: 'file',
    help: 'Change the answers to those of a JSON, YAML or TOML file; --set wins over it.',
  },
];
/** The app, where it is no argument. */
export const project: Flag = {
  name: 'project',
  kind: 'value',
  metavar: 'DIR',
  complete: 'folder',
  help: 'The folder of the app. Left out: the current one, or the app around it.',
};

/** Consent to the code of a pack, for one run. */
export const trust: Flag = {
  name: 'trust',
  kind: 'list',
  metavar: 'HASH',
  help: 'Let a pack of exactly this content run its code, in this run only.',
};
/** Whose packs are laid over Dewar. */
export const packing: readonly Flag[] = [
  {
    name: 'pack',
    kind: 'list',
    metavar: 'SOURCE',
    complete: 'folder',
    help: "Lay a team's pack over Dewar: a folder, URL#REF or npm:NAME@RANGE. May be given more than once, in order.",
  },
  trust,
];

/** What an audit is about and what becomes of its report. */
export const auditing: readonly Flag[] = [
  {
    name: 'format',
    kind: 'value',
    metavar: 'WORD',
    choices: ['table', 'json', 'sarif', 'html', 'markdown', 'strategies'],
    help: 'What is printed; `table` if left out.',
  },
  {
    name: 'output',
    kind: 'list',
    metavar: '[FORMAT=]FILE',
    complete: 'file',
    help: 'Write a report to a file as well; its ending says in which format. May be given more than once.',
  },
  { name: 'verbose', kind: 'switch', help: 'Quote every line in the table.' },
  {
    name: 'fail-on',
    kind: 'value',
    metavar: 'WORD',
    choices: ['high', 'medium', 'low', 'never'],
    help: 'End with 11 when a finding of that severity or worse is left; `high` if left out.',
  },
  {
    name: 'require',
    kind: 'list',
    metavar: 'ID=STATE,...',
    help: 'End with 11 when a defence is in a worse state.',
  },
  { name: 'app', kind: 'value', metavar: 'MODULE:NAME', help: 'Judge one app of several; all if left out.' },
  { name: 'since', kind: 'value', metavar: 'REF', help: 'Report only what was not there yet at a Git revision.' },
  {
    name: 'baseline',
    kind: 'value',
    metavar: 'FILE',
    complete: 'file',
    help: 'Report only what that file does not list.',
  },
  {
    name: 'write-baseline',
    kind: 'value',
    metavar: 'FILE',
    complete: 'file',
    help: 'Write the findings to a file, for --baseline.',
  },
  {
    name: 'inline-suppressions',
    kind: 'switch',
    negatable: true,
    help: 'Heed comments that ignore a rule; with --no-inline-suppressions they are passed over.',
  },
];

/** Goes on where Git could not tell the change from others. */
export const allowDirty: Flag = {
  name: 'allow-dirty',
  kind: 'switch',
  help: 'Go on although there are changes that are not committed.',
};

/** Which app is meant. */
export const oneApp: Flag = {
  name: 'app',
  kind: 'value',
  metavar: 'MODULE:NAME',
  help: 'Which app, where the folder holds several that are equally good.',
};

/** Whatever the app lacks. */
export const addsAll: Flag = { name: 'all', kind: 'switch', help: 'Add whatever the app lacks.' };

/** What `add` takes besides mitigations. */
export const adding: readonly Flag[] = [
  oneApp,
  {
    name: 'exempt',
    kind: 'list',
    metavar: 'VIEW,...',
    help: 'Ask these views, blueprints or paths for no CSRF token; for machines that have none.',
  },
  allowDirty,
];

/** What `audit --fix` takes besides the flags of an audit. */
export const fixing: readonly Flag[] = [
  { name: 'fix', kind: 'switch', help: 'Show what `dewar add --all` would do, and do it once that is confirmed.' },
  ...answering.filter(({ name }) => name === 'yes'),
  ...writing.filter(({ name }) => name === 'dry-run' || name === 'diff'),
  ...adding.filter(({ name }) => name !== 'app'),
];
