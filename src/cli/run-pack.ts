import { type PackAction, packActions } from '../commands/result.ts';
import type { Invocation } from './arguments.ts';
import { oneOf, usage } from './coerce.ts';
import { askConsent } from './consent.ts';
import type { Run } from './run.ts';
import { mayAsk } from './writing.ts';

/** `dewar pack ACTION [SOURCE]`; resolves to the exit code. */
export async function runPack(run: Run, { positionals, options }: Invocation): Promise<number> {
  const { io, say, root, wiring } = run;
  const [word = '', subject, ...more] = positionals;
  const action = oneOf(word, packActions, 'dewar pack') as PackAction;
  if (more.length > 0)
    throw usage(`dewar pack ${action} takes one argument, but got ${positionals.slice(1).join(' and ')}.`);
  const { text, data, exit } = await wiring.commands.pack({
    action,
    root,
    cwd: io.cwd,
    env: io.env,
    trusted: options.trust ?? [],
    ...(subject !== undefined && { subject }),
    ...(mayAsk(run, options) && { ask: (request) => askConsent(request, { io, say }) }),
  });
  say.data(`pack-${action}`, { exit, ...data });
  say.text(text.split('\n'));
  return exit;
}
