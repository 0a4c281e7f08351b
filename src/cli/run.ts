import { resolve } from 'node:path';
import type { Report, Result, WriteOptions } from '../commands/result.ts';
import type { Invocation, Options } from './arguments.ts';
import { mitigationOf, sayExplanation, sayList } from './catalog-pages.ts';
import { oneOf } from './coerce.ts';
import type { Io } from './io.ts';
import { exitOf, sayResult } from './outcome.ts';
import type { Say } from './say.ts';
import { type CommandName, SHELLS, type Shell } from './table.ts';
import type { Definitions, Wiring } from './wiring.ts';
import { writeOptions } from './writing.ts';

/** One run of the command line. */
export interface Run {
  readonly io: Io;
  readonly wiring: Wiring;
  readonly say: Say;
}
type Handler = (run: Run, definitions: Definitions, invocation: Invocation) => Promise<number>;

/** What each command does once its arguments are understood; resolves to the exit code. */
export const handlers: Readonly<Record<CommandName, Handler>> = {
  new: async (...args) => (await import('./run-new.ts')).runNew(...args),
  list: async ({ say }, definitions) => {
    sayList(say, definitions);
    return 0;
  },
  explain: async ({ say }, definitions, { positionals: [id = ''] }) => {
    const { checks } = await import('../generated/checks.ts');
    sayExplanation(say, definitions, { id, check: checks[id] });
    return 0;
  },
  completion: async ({ io, wiring }, definitions, { positionals: [shell = ''] }) => {
    const { completionScript } = await import('./completion.ts');
    io.output.write(completionScript(oneOf(shell, SHELLS, 'dewar completion') as Shell, definitions, wiring.version));
    return 0;
  },
  audit: async ({ io, wiring, say }, _definitions, { positionals: [folder = '.'] }) =>
    sayReport(say, await wiring.commands.audit({ root: resolve(io.cwd, folder) })),
  update: async (run, _definitions, { positionals: [folder = '.'], options }) => {
    const root = resolve(run.io.cwd, folder);
    return sayChange(run, {
      name: 'update',
      options,
      change: (write) => run.wiring.commands.update({ root, ...write }),
    });
  },
  add: async (run, definitions, { positionals, options, answers }) => {
    for (const id of positionals) mitigationOf(definitions, id);
    const root = resolve(run.io.cwd, options.project ?? '.');
    const change = (write: WriteOptions) => run.wiring.commands.add({ root, ids: positionals, answers, ...write });
    return sayChange(run, { name: 'add', options, change });
  },
};

function sayReport(say: Say, { text, data, exit }: Report): number {
  say.data('audit', { exit, ...data });
  say.text(text === '' ? [] : [text.trimEnd()]);
  return exit;
}

interface ChangeCommand {
  readonly name: string;
  readonly options: Options;
  readonly change: (write: WriteOptions) => Promise<Result>;
}

async function sayChange(run: Run, { name, options, change }: ChangeCommand): Promise<number> {
  const write = writeOptions(run, options);
  const result = await change(write);
  sayResult(run.say, name, { result, extra: { dryRun: write.dryRun, diff: write.diff } });
  return exitOf(result);
}
