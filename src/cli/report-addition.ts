import type { PostStep } from '../commands/post.ts';
import type { AddResult } from '../commands/result.ts';
import { Exit } from '../error.ts';
import { addedData, addedLines, standingLines } from './added.ts';
import type { Options } from './arguments.ts';
import { exitOf, sayResult } from './outcome.ts';
import type { Run } from './run.ts';

/** `add` merges or stops: it leaves no marks in files that the app runs on. */
const MOVE_AWAY = 'Move these files away, or take your changes to the lines that Dewar changes back, and run it again.';

/** Installs where that was asked for, and tells what came of `add`; resolves to the exit code. */
export async function reportAddition(run: Run, options: Options, result: AddResult): Promise<number> {
  const { say, io } = run;
  const step = await installStep(run, options, result);
  const exit = step?.ok === false && exitOf(result) === Exit.done ? Exit.error : exitOf(result);
  const notes = result.notes?.filter((note) => !step?.ok || note !== result.installation?.note) ?? [];
  const lines = result.files.length === 0 ? [] : addedLines(result, say.paint);
  sayResult(say, 'add', {
    result: { ...result, notes },
    extra: {
      dryRun: options['dry-run'] ?? false,
      diff: options.diff ?? false,
      wayOut: MOVE_AWAY,
      data: { exit, ...addedData(result), ...(step && { steps: [step] }) },
      lines: step?.ok ? [step.message, ...lines] : lines,
      last: [...standingLines(result, say.paint), ...nextLines(result)],
    },
  });
  if (step?.ok === false) io.error.write(`dewar: the app is changed as shown, but:\n${step.message}\n`);
  return exit;
}

async function installStep(run: Run, options: Options, result: AddResult): Promise<PostStep | undefined> {
  const { root, written, installation } = result;
  if (!options.install || !written || !installation) return undefined;
  const [{ installAdded }, { progressOn }] = await Promise.all([
    import('../commands/install.ts'),
    import('./spinner.ts'),
  ]);
  const progress = progressOn(run.io, options.quiet === true || options.json === true);
  return installAdded({ root, commands: installation.commands, env: run.io.env }, progress);
}

/** What is to be checked, where something was written. */
function nextLines({ written, files, added }: AddResult): string[] {
  if (!written || files.length === 0) return [];
  const [first] = added;
  const each = first === undefined ? '' : `, and "dewar explain ${first}" for how to see it work`;
  return [`Check it: run the tests of the app${each}.`, '"dewar undo" takes it back.'];
}
