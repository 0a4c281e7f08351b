import { Readable, Writable } from 'node:stream';
import type { Answered } from '../commands/fleet/rows.ts';
import type { Io } from './io.ts';
import { main } from './main.ts';
import type { Wiring } from './wiring.ts';

/** Where a command line runs; in an environment like ours, but without a terminal, where none is given. */
interface Alone extends Pick<Io, 'cwd'>, Partial<Pick<Io, 'env'>> {
  readonly wiring: Wiring;
}

/** Runs a command line without a terminal, and keeps what it says. */
export async function captured(
  argv: readonly string[],
  { cwd, env = { ...process.env, CI: '1' }, wiring }: Alone,
): Promise<Answered> {
  const [out, err] = [collector(), collector()];
  const io: Io = { input: Readable.from([]), output: out.stream, error: err.stream, env, cwd };
  const exit = await main(argv, io, wiring);
  return { exit, out: out.text(), err: err.text() };
}

function collector(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}
