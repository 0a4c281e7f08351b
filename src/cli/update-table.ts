import { allowDirty, changing, help, json, oneApp, packing, quiet, writing } from './common-flags.ts';
import type { Flag } from './flags.ts';
import type { Command, Positional } from './table.ts';

const updating: readonly Flag[] = [
  ...changing,
  { name: 'check', kind: 'switch', help: 'Only say whether there is something to update: 10 where there is.' },
  {
    name: 'to',
    kind: 'value',
    metavar: 'VERSION',
    help: 'Refuse to run as another version of Dewar than this one.',
  },
  {
    name: 'conflict',
    kind: 'value',
    metavar: 'WORD',
    choices: ['inline', 'rej'],
    help: 'Leave conflicts between marks in the file, or as a patch in FILE.rej; `inline` if left out.',
  },
  oneApp,
  ...packing,
  allowDirty,
  ...writing,
];
const adopting: readonly Flag[] = [
  ...changing,
  oneApp,
  ...packing,
  { name: 'renew', kind: 'switch', help: 'Write a record that is there, and may be damaged, anew.' },
  { name: 'dry-run', short: 'n', kind: 'switch', help: 'Say what would be recorded; write nothing.' },
  json,
  quiet,
  help,
];

/** The commands about what Dewar wrote earlier. */
export function updaters(where: Positional): readonly Command[] {
  return [
    {
      name: 'update',
      inApp: true,
      summary: 'Bring an app up to this version, keeping its own changes',
      details:
        'Renders the app anew with the Dewar that you run, from the answers in .dewar/project.json, and merges. What you ' +
        'and Dewar both changed is left to you, with exit code 3. It needs no network and looks for no newer version of ' +
        'Dewar.',
      positional: where,
      flags: updating,
      examples: [
        ['update --dry-run --diff', 'shows what an update would change'],
        ['update --check', 'ends with 10 where there is something to update'],
        ['update --set store=filesystem', 'changes an answer'],
        ['update --pack ../acme-pack', "lays a team's pack over the app, or takes another version of it"],
      ],
    },
    {
      name: 'diff',
      inApp: true,
      summary: 'Show how an app differs from what Dewar would write for it today',
      positional: where,
      flags: [oneApp, json, help],
      examples: [['diff', 'lines with + are yours']],
    },
    {
      name: 'adopt',
      inApp: true,
      summary: 'Take an app under management, so that it can be updated; changes none of its files',
      details:
        'Writes .dewar/: what Dewar would write for the app today is the base from which later updates merge. It takes an ' +
        'app that Dewar did not write, and one whose record was lost.',
      positional: where,
      flags: adopting,
      examples: [
        ['adopt --dry-run', 'says what the record would hold'],
        ['adopt --renew', 'writes a damaged record anew'],
      ],
    },
  ];
}
