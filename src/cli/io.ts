/** The outside of the command: streams, environment and current folder, so that tests can give their own. */
export interface Io {
  readonly input: Input;
  readonly output: Output;
  readonly error: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}
export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/**
 * The process's own streams, each opened when it is first used, since that takes Node milliseconds; a reader that goes
 * away (`dewar list | head -1`) is no failure: the command goes on and ends with its own exit code.
 */
export function systemIo(): Io {
  return {
    get input() {
      return process.stdin;
    },
    get output() {
      return endingQuietly(process.stdout);
    },
    get error() {
      return endingQuietly(process.stderr);
    },
    env: process.env,
    // Read when it is needed: a folder that was removed has no path, which is an error to be told and not a crash.
    get cwd() {
      return process.cwd();
    },
  };
}

function endingQuietly(stream: NodeJS.WriteStream): Output {
  if (!stream.listeners('error').includes(onBroken)) stream.on('error', onBroken);
  return stream;
}

/** What was written to the disk stays; what could not be said is told once, as far as standard error goes. */
function onBroken(this: NodeJS.WriteStream, error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE' || broken) return;
  broken = true;
  process.once('exit', () => {
    process.exitCode = 1;
  });
  if (this === process.stderr) return;
  import('./system-error.ts').then(({ outputError }) => process.stderr.write(`dewar: ${outputError(error)}\n`));
}

let broken = false;

/** True when a person can be asked: both ends are terminals and no CI runs us. */
export function hasPerson(io: Io): boolean {
  return !inCi(io) && Boolean(io.output.isTTY && io.input.isTTY);
}

/** True under continuous integration, where a terminal may be simulated but nobody answers. */
export function inCi(io: Io): boolean {
  const value = io.env['CI'] ?? '';
  return value !== '' && value !== '0' && value.toLowerCase() !== 'false';
}
