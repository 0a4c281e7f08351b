import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Keys as a terminal sends them. */
export const key = {
  enter: '\r',
  escape: '\u001B',
  ctrlC: '\u0003',
  ctrlD: '\u0004',
  down: '\u001B[B',
  space: ' ',
} as const;

export interface Typed {
  /** Text that must appear after the step before. */
  readonly expect: string;
  /** Keys, one entry each. */
  readonly send: readonly string[];
}
export interface PtyRun {
  /** Without escape sequences. */
  readonly text: string;
  readonly raw: string;
  readonly exit: number;
  /** What the next step waited for when the command ended or the time was up. */
  readonly waitingFor: string | null;
}

/** Runs a command in a real pseudo-terminal and types into it; fails where python3 is missing. */
export function inTerminal(
  argv: readonly string[],
  options: {
    readonly cwd: string;
    readonly steps: readonly Typed[];
    readonly env?: Record<string, string>;
    /** Seconds until the command is given up. */
    readonly timeout?: number;
  },
): PtyRun {
  const { CI: _, NO_COLOR: __, ...env } = process.env;
  const job = {
    argv,
    timeout: options.timeout ?? 15,
    cwd: options.cwd,
    steps: options.steps,
    env: { ...env, TERM: 'xterm', ...options.env },
  };
  const helper = fileURLToPath(new URL('./terminal.py', import.meta.url));
  const run = spawnSync('python3', [helper], { input: JSON.stringify(job), encoding: 'utf8' });
  if (run.error) throw new Error(`the tests of the interview need python3 with its pty module: ${run.error.message}`);
  if (run.status !== 0) throw new Error(`python3 could not run the pseudo-terminal: ${run.stderr}`);
  return JSON.parse(run.stdout) as PtyRun;
}
