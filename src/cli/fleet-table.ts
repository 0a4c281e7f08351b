import { help, json, quiet } from './common-flags.ts';
import type { Command } from './table.ts';

/** The command about many apps at once. */
export function fleetCommand(): Command {
  return {
    name: 'fleet',
    summary: 'Look at many apps at once: which defences they lack, which could be updated',
    details:
      'fleet audit and fleet update --check look at each app in turn, in several threads; nothing is written to any of ' +
      'them. A folder is an app, or holds several; a file lists folders, one on each line. fleet join puts reports ' +
      'into one that were made with --output FILE.json.',
    positional: {
      metavar: 'WORD PATH',
      kind: 'folder',
      needed: true,
      many: true,
      help: 'audit, update or join, and the folders or files.',
    },
    flags: [
      { name: 'check', kind: 'switch', help: 'With update: only say what could be updated.' },
      {
        name: 'output',
        kind: 'list',
        metavar: 'FILE',
        complete: 'file',
        help: 'Write the report to a file whose name ends in .json, .html or .csv. May be given more than once.',
      },
      json,
      quiet,
      help,
    ],
    examples: [
      ['fleet audit services --output fleet.html', 'every app in that folder'],
      ['fleet update --check fleet.txt --json', 'the apps that a file lists, for a program'],
      ['fleet join part-*.json --output fleet.csv', 'the reports of several machines as one'],
    ],
  };
}
