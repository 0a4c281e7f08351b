/** The outside of the command: streams, environment and current folder, so that tests can give their own. */
export interface Io {
  readonly input: Input;
  readonly output: Output;
  readonly error: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}
export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** The process's own streams; a reader that goes away (`dewar list | head -1`) ends the process quietly. */
export function systemIo(): Io {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode);
      throw error;
    });
  }
  return { input: process.stdin, output: process.stdout, error: process.stderr, env: process.env, cwd: process.cwd() };
}

/** True when a person can be asked: both ends are terminals and no CI runs us. */
export function hasPerson(io: Io): boolean {
  return Boolean(io.input.isTTY && io.output.isTTY) && !inCi(io);
}

/** True under continuous integration, where a terminal may be simulated but nobody answers. */
export function inCi(io: Io): boolean {
  const value = io.env['CI'] ?? '';
  return value !== '' && value !== '0' && value.toLowerCase() !== 'false';
}
