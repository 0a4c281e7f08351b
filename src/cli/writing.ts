import type { WriteOptions } from '../commands/result.ts';
import type { AskConflict } from '../plan/conflicts.ts';
import type { Options } from './arguments.ts';
import { usage } from './coerce.ts';
import { hasPerson } from './io.ts';
import type { Run } from './run.ts';
import { columnsOf, wrap } from './wrap.ts';

/** True when this run may put a question at all. */
export function mayAsk({ io }: Run, options: Options): boolean {
  return !options.yes && !options['no-input'] && !options.json && !options.quiet && hasPerson(io);
}

/** What the keys do, above the first question. */
export function sayKeys({ io, say }: Run): void {
  const keys = 'Enter takes the answer shown, Esc goes back one question, Ctrl-C leaves and writes nothing.';
  say.text(wrap(keys, columnsOf(io.output)).map((line) => say.paint('dim', line)));
}

/** How a command writes: what to do with conflicts follows from whether somebody can be asked. */
export function writeOptions(run: Run, options: Options): WriteOptions {
  const canAsk = mayAsk(run, options);
  const dryRun = options['dry-run'] ?? false;
  const mode = options['on-conflict'] ?? (canAsk ? 'ask' : 'fail');
  const base = { dryRun, diff: options.diff ?? false };
  if (mode !== 'ask') return { ...base, onConflict: mode };
  if (!canAsk) throw usage('--on-conflict ask: nobody can be asked in this run. Use keep, theirs or fail.');
  // A dry run shows conflicts; it does not ask what to do about them.
  return dryRun ? { ...base, onConflict: 'fail' } : { ...base, onConflict: 'ask', ask: askConflict(run) };
}

/** Loaded at the first conflict: most runs have none. */
function askConflict({ io, say }: Run): AskConflict {
  return async (conflict) => {
    const [{ terminalAsk }, { resolveConflict }] = await Promise.all([import('./prompts.ts'), import('./review.ts')]);
    return resolveConflict({ say, ask: terminalAsk(io) }, conflict);
  };
}
