import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Answered } from '../commands/fleet/rows.ts';
import type { Wiring } from './wiring.ts';

/** Runs a command line elsewhere and resolves to what it said. */
export type Ask = (argv: readonly string[], cwd: string) => Promise<Answered>;

/** Threads that work through a list. */
export interface Pool {
  /** Results in the order of the items, whichever is done first. */
  readonly map: <T, R>(items: readonly T[], act: (ask: Ask, item: T) => Promise<R>) => Promise<R[]>;
  readonly close: () => Promise<void>;
}

/** As many threads as the machine has use for; without a bundle there is no file to start them from, and one does all. */
export function poolOf(tasks: number, wiring: Wiring): Pool {
  const file = fileURLToPath(new URL('fleet-worker.js', import.meta.url));
  if (!existsSync(file)) {
    const { alone } = wiring;
    if (!alone) throw new TypeError('This host cannot run a command line by itself.');
    return { map: (items, act) => inTurns([alone], items, act), close: async () => {} };
  }
  const workers = Array.from({ length: Math.min(tasks, availableParallelism()) }, () => new Worker(file));
  return {
    map: (items, act) => inTurns(workers.map(askOf), items, act),
    close: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  };
}

/** Each asker takes the next item when it is done with one. */
async function inTurns<T, R>(
  askers: readonly Ask[],
  items: readonly T[],
  act: (ask: Ask, item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (ask: Ask): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await act(ask, items[index] as T);
  };
  await Promise.all(askers.map(work));
  return results;
}

/** A thread that ends, as one without memory does, makes an error of the app that it was at and of those after it. */
function askOf(worker: Worker): Ask {
  let ended: string | undefined;
  worker.on('error', ({ message }) => (ended = message));
  worker.on('exit', () => (ended ??= 'the thread ended'));
  return (argv, cwd) =>
    new Promise((done) => {
      const failed = (): void => done({ exit: 1, out: '', err: ended ?? 'the thread ended' });
      if (ended !== undefined) return failed();
      worker.once('exit', failed);
      worker.once('message', (answer: Answered) => {
        worker.off('exit', failed);
        done(answer);
      });
      worker.postMessage({ argv, cwd });
    });
}
