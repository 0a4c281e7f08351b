import { type Io, inCi } from './io.ts';

const WIDTH = 24;
const CLEAR_LINE = '\r\u001B[2K';

/** Shows how far a list is worked through. */
export interface ProgressBar {
  readonly step: (name: string) => void;
  readonly end: () => void;
}

/** A bar on standard error in a terminal; nothing elsewhere, where it would fill a log. */
export function progressBar({ error, env, ...io }: Io, total: number, quiet: boolean): ProgressBar {
  const draws = !quiet && error.isTTY === true && env['TERM'] !== 'dumb' && !inCi({ error, env, ...io });
  if (!draws) return { step: () => {}, end: () => {} };
  let done = 0;
  return {
    step: (name) => {
      done += 1;
      const full = Math.round((WIDTH * done) / total);
      const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
      const room = Math.max(0, (error.columns ?? 80) - WIDTH - String(total).length * 2 - 4);
      error.write(`${CLEAR_LINE}${bar} ${done}/${total} ${shown(name).slice(0, room)}`);
    },
    end: () => void error.write(CLEAR_LINE),
  };
}

/** A folder's name may hold what would drive the terminal. */
function shown(name: string): string {
  return name.replace(/\p{Cc}/gu, '\uFFFD');
}
