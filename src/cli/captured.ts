import { Readable, Writable } from 'node:stream';
import type { Answered } from '../commands/fleet/rows.ts';
import type { Io } from './io.ts';
import { main } from './main.ts';
import type { Wiring } from './wiring.ts';

/** Runs a command line without a terminal, and keeps what it says. */
export async function captured(argv: readonly string[], cwd: string, wiring: Wiring): Promise<Answered> {
  const [out, err] = [collector(), collector()];
  const io: Io = {
    input: Readable.from([]),
    output: out.stream,
    error: err.stream,
    env: { ...process.env, CI: '1' },
    cwd,
  };
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
