import type { Progress } from '../commands/post.ts';
import { type Io, inCi } from './io.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;
const CLEAR_LINE = '\r\u001B[2K';

/** Progress on standard error: a spinner in a terminal, one line elsewhere, nothing when quiet. */
export function progressOn({ error, env, ...io }: Io, quiet: boolean): Progress {
  if (quiet) return () => () => {};
  const turns = error.isTTY === true && env['TERM'] !== 'dumb' && !inCi({ error, env, ...io });
  return turns
    ? (what) => spin(error, what)
    : (what) => {
        error.write(`${what} ...\n`);
        return () => {};
      };
}

function spin(stream: Io['error'], what: string): () => void {
  let frame = 0;
  const draw = (): void => {
    stream.write(`${CLEAR_LINE}${FRAMES[frame++ % FRAMES.length]} ${what}`);
  };
  draw();
  const timer = setInterval(draw, FRAME_MS);
  return () => {
    clearInterval(timer);
    stream.write(CLEAR_LINE);
  };
}
