/** Exit codes of the command, as the README lists them. */
export const Exit = {
  done: 0,
  error: 1,
  usage: 2,
  conflicts: 3,
  untrusted: 4,
  dirty: 5,
  byHand: 6,
  updateAvailable: 10,
  findings: 11,
} as const;
export type ExitCode = (typeof Exit)[keyof typeof Exit];

/** A failure the user can act on: the message names the thing, the value and the way out. */
export class DewarError extends Error {
  readonly exit: ExitCode;

  constructor(message: string, exit: ExitCode = Exit.error) {
    super(message);
    this.name = 'DewarError';
    this.exit = exit;
  }
}
