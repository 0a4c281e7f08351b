import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** One command line that is measured. */
export interface Job {
  readonly title: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Folder that is moved out of the way before each run. */
  readonly aside?: string;
  /** Measured until a terminal shows this text. */
  readonly until?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are no failure; 0 where nothing is said. */
  readonly accept?: readonly number[];
  /** Largest ratio to bare Node that is promised. */
  readonly limit?: number;
  /** Title of the bare Node that the ratio is to. */
  readonly floor: string;
}

/** The least of all runs: milliseconds, and megabytes that were resident at most. */
export interface Least {
  cpu: number;
  wall: number;
  memory: number;
}

const measure = fileURLToPath(new URL('./measure.py', import.meta.url));

/** Runs every job in turn, round after round, so that a busy moment of the machine hits all of them alike. */
export function measureAll(
  jobs: readonly Job[],
  { runs, python, log }: { runs: number; python: string; log: string },
): Map<string, Least> {
  const least = new Map<string, Least>();
  // The first round only warms the file cache.
  for (let round = 0; round <= runs; round++) {
    process.stderr.write(`\rround ${round} of ${runs}`);
    for (const { title, ...job } of jobs) {
      const now = once(python, { ...job, log });
      const best = least.get(title) ?? now;
      const less = (kind: keyof Least): number => Math.min(best[kind], now[kind]);
      if (round > 0) least.set(title, { cpu: less('cpu'), wall: less('wall'), memory: less('memory') });
    }
  }
  process.stderr.write('\r\x1b[K');
  return least;
}

function once(python: string, job: object): Least {
  const { status, stdout, stderr } = spawnSync(python, [measure, JSON.stringify(job)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
