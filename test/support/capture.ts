import { Readable, Writable } from 'node:stream';
import type { Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';
import type { Wiring } from '../../src/cli/wiring.ts';
import { fakeWiring } from './fake-wiring.ts';

export interface Captured {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line without a terminal and keeps what it prints. */
export async function dewar(
  argv: readonly string[],
  { cwd = '/nowhere', env = {}, wiring = fakeWiring }: { cwd?: string; env?: Io['env']; wiring?: Wiring } = {},
): Promise<Captured> {
  const out = collector();
  const err = collector();
  const io: Io = { input: Readable.from([]), output: out.stream, error: err.stream, env, cwd };
  const exit = await main(argv, io, wiring);
  return { exit, out: out.text(), err: err.text() };
}

function collector(): { stream: Writable; text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}
