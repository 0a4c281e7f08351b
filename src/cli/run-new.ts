import { basename, relative } from 'node:path';
import type { PostStep } from '../commands/post.ts';
import type { NewRequest, Result } from '../commands/result.ts';
import { checkTarget } from '../commands/target.ts';
import { Exit } from '../error.ts';
import { folderInRepository } from '../plan/repository.ts';
import {
  checkSettled,
  refuseUnanswered,
  type Settled,
  type Sources,
  settle,
  sourcesOf,
  unanswered,
} from './answers.ts';
import { readAnswersFile } from './answers-file.ts';
import type { Invocation, Options } from './arguments.ts';
import type { Ask, Interviewed } from './ask.ts';
import { inCi } from './io.ts';
import { exitOf, sayResult } from './outcome.ts';
import type { Run } from './run.ts';
import { equivalentCommand, quote } from './shell.ts';
import type { Definitions } from './wiring.ts';
import { mayAsk, sayKeys, writeOptions } from './writing.ts';

/** `dewar new`: settles every answer, shows what would be written, writes it and does what was asked for afterwards. */
export async function runNew(run: Run, definitions: Definitions, invocation: Invocation): Promise<number> {
  const { io } = run;
  const { options } = invocation;
  const typed = invocation.positionals[0] ?? '.';
  const target = run.root;
  checkTarget(target, { dryRun: options['dry-run'] ?? false });
  const file = options.answers === undefined ? undefined : await readAnswersFile(options.answers, io.cwd, definitions);
  const sources = inRepository(sourcesOf(invocation, file, { definitions, directory: basename(target) }), target);
  // What flags and file say is judged before the first question, so that nobody answers in vain.
  const early = settle(definitions, sources);
  const session: Session = { run, definitions, sources, options, target };
  const asks = mayAsk(run, options);
  if (!asks) refuseIncomplete(session);
  checkSettled(definitions, asks ? { ...early, answers: sources.given } : early, invocation.answers);
  const ask = asks ? (await import('./prompts.ts')).terminalAsk(io) : undefined;
  const settled = ask === undefined ? unasked(early, options) : await asked(session, ask);
  // A defence unticked in the interview may leave a flag without effect; that is no mistake any more.
  checkSettled(definitions, settled, {});
  const request = requestOf(session, settled);
  const result = await run.wiring.commands.new(request);
  const onConflict = conflictAnswer(result);
  const spoken = { settled, sources, target: typed, packs: options.pack };
  const command = () => equivalentCommand(definitions, { ...settled, ...spoken, onConflict });
  const steps = result.written ? await afterwards(session, settled, result) : [];
  return report(session, { result, settled, command, steps, ask });
}

/** The one answer that was given about files that differ; undefined where there were none, or several answers. */
function conflictAnswer({ files }: Result): 'keep' | 'theirs' | undefined {
  const kept = files.some(({ state }) => state === 'keep');
  const replaced = files.some(({ state }) => state === 'overwrite');
  if (kept === replaced) return undefined;
  return kept ? 'keep' : 'theirs';
}

/** An app inside a larger repository has its workflows at the root of that, so it must know where it stands. */
function inRepository(sources: Sources, target: string): Sources {
  const folder = folderInRepository(target);
  return folder === '' ? sources : { ...sources, given: { folder, ...sources.given } };
}

interface Session {
  readonly run: Run;
  readonly definitions: Definitions;
  readonly sources: Sources;
  readonly options: Options;
  readonly target: string;
}

function refuseIncomplete({ run, definitions, sources, options }: Session): void {
  if (options.yes) return;
  refuseUnanswered(unanswered(definitions, sources), whyNotAsked(run, options));
}

function whyNotAsked({ io }: Run, options: Options): string {
  if (options['no-input']) return '--no-input asks nothing';
  if (options.json) return '--json asks nothing';
  if (options.quiet) return '--quiet asks nothing';
  return inCi(io) ? 'CI is set and nothing is asked' : 'there is no terminal to ask in';
}

function unasked(settled: Settled, { git = false, install = false }: Options): Interviewed {
  return { ...settled, git, install };
}

async function asked(session: Session, ask: Ask): Promise<Interviewed> {
  const { run, definitions, sources, options } = session;
  const [{ interview }, { reviewer }] = await Promise.all([import('./ask.ts'), import('./review.ts')]);
  sayKeys(run);
  return interview({
    definitions,
    sources,
    // A dry run does nothing afterwards, so it does not ask about it.
    git: options['dry-run'] ? false : options.git,
    install: options['dry-run'] ? false : options.install,
    ask,
    review: reviewer(
      { say: run.say, ask, skip: options['dry-run'] === true, rows: run.io.output.rows },
      (interviewed) =>
        run.wiring.commands.new({
          target: session.target,
          ...interviewed,
          onConflict: 'fail',
          dryRun: true,
          diff: false,
        }),
    ),
  });
}

function requestOf({ run, options, target }: Session, { answers, chosen }: Settled): NewRequest {
  return { target, answers, chosen, ...writeOptions(run, options) };
}

async function afterwards(
  { run, target, options, definitions: { packs = [] } }: Session,
  settled: Interviewed,
  result: Result,
): Promise<PostStep[]> {
  const hooked = packs.some((pack) => pack.afterNew);
  if (!settled.git && !settled.install && !hooked) return [];
  const [{ afterNew, runHooks }, { progressOn }] = await Promise.all([
    import('../commands/post.ts'),
    import('./spinner.ts'),
  ]);
  const files = result.files.filter(({ state }) => state !== 'keep' && state !== 'conflict').map(({ path }) => path);
  const { answers, git, install } = settled;
  const progress = progressOn(run.io, options.quiet === true || options.json === true);
  const hooks = await runHooks(packs, { root: target, answers });
  return [...hooks, ...(await afterNew({ root: target, answers, files, git, install, env: run.io.env }, progress))];
}

interface Reported {
  readonly result: Result;
  readonly settled: Interviewed;
  /** Worked out where it is shown. */
  readonly command: () => string;
  readonly steps: readonly PostStep[];
  readonly ask: Ask | undefined;
}

async function report(
  { run, options, target }: Session,
  { result, settled, command, steps, ask }: Reported,
): Promise<number> {
  const { say, io } = run;
  const failed = steps.filter(({ ok }) => !ok);
  const exit = failed.length > 0 && exitOf(result) === Exit.done ? Exit.error : exitOf(result);
  const { answers, chosen } = settled;
  const wayOut = 'Choose with --on-conflict keep (yours stay) or --on-conflict theirs (Dewar replaces them).';
  const extra = { dryRun: options['dry-run'] ?? false, diff: options.diff ?? false, wayOut };
  const data = { exit, answers, mitigations: chosen, ...(say.json && { command: command() }), steps };
  sayResult(say, 'new', { result, extra: { ...extra, data } });
  say.text(steps.filter(({ ok }) => ok).map(({ message }) => message));
  const folder = relative(io.cwd, target);
  const installed = steps.some(({ name, ok }) => name === 'install' && ok);
  if (result.written) say.text(await nextLines(folder, settled, installed));
  if (ask !== undefined) say.text(['', 'The same without questions:', `  ${command()}`]);
  for (const { message } of failed) io.error.write(`dewar: the app is written and complete, but:\n${message}\n`);
  return exit;
}

/** The commands that lead to the running app. */
async function nextLines(folder: string, { answers, chosen }: Settled, installed: boolean): Promise<string[]> {
  const { installCommands, runCommand } = await import('../commands/post.ts');
  const lines = [
    ...(folder === '' ? [] : [`cd ${quote(folder)}`]),
    ...(installed ? [] : installCommands(answers).map((command) => command.join(' '))),
    ...(chosen.includes('config') ? [runCommand(answers)] : []),
  ];
  return ['Next:', ...lines.map((line) => `  ${line}`)];
}
