import type { Result, WriteOptions } from '../commands/result.ts';
import type { Invocation, Options } from './arguments.ts';
import { sayExplanation, sayList } from './catalog-pages.ts';
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
  /** The folder of the app. */
  readonly root: string;
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
    const [{ checks }, { audits }] = await Promise.all([
      import('../generated/pages.ts'),
      import('../generated/audits.ts'),
    ]);
    sayExplanation(say, definitions, { id, check: checks[id], audit: audits[id] });
    return 0;
  },
  completion: async ({ io, wiring }, definitions, { positionals: [shell = ''] }) => {
    const { completionScript } = await import('./completion.ts');
    io.output.write(completionScript(oneOf(shell, SHELLS, 'dewar completion') as Shell, definitions, wiring.version));
    return 0;
  },
  pack: async (run, _definitions, invocation) => (await import('./run-pack.ts')).runPack(run, invocation),
  audit: async (run, _definitions, { options }) => (await import('./run-audit.ts')).runAudit(run, options),
  undo: async (run, _definitions, { options }) =>
    sayChange(run, {
      name: 'undo',
      options,
      change: (write) => run.wiring.commands.undo({ root: run.root, all: options.all ?? false, ...write }),
    }),
  update: async (run, _definitions, { options }) => (await import('./run-update.ts')).runUpdate(run, options),
  fleet: async (run, _definitions, { options, positionals }) =>
    (await import('./run-fleet.ts')).runFleet(run, options, positionals),
  diff: async (run, _definitions, { options }) => (await import('./run-update.ts')).runDiff(run, options),
  adopt: async (run, _definitions, { options }) => (await import('./run-update.ts')).runAdopt(run, options),
  add: async (...args) => (await import('./run-add.ts')).runAdd(...args),
};

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
