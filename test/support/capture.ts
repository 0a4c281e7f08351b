import { captured } from '../../src/cli/captured.ts';
import type { Io } from '../../src/cli/io.ts';
import type { Wiring } from '../../src/cli/wiring.ts';
import type { Answered } from '../../src/commands/fleet/rows.ts';
import { fakeWiring } from './fake-wiring.ts';

export type Captured = Answered;

/** Runs the command line without a terminal and keeps what it prints. */
export function dewar(
  argv: readonly string[],
  { cwd = '/nowhere', env = {}, wiring = fakeWiring }: { cwd?: string; env?: Io['env']; wiring?: Wiring } = {},
): Promise<Captured> {
  return captured(argv, { cwd, env, wiring });
}
