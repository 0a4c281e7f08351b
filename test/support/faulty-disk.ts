import { writeFileSync } from 'node:fs';
import { type Disk, localDisk } from '../../src/plan/disk.ts';

/** What happens at a step: `fail` once, `fail on` from there, or `die`, after which nothing reaches the disk any more. */
export type Fault = 'fail' | 'fail on' | 'die';

/** The error of a full disk. */
export function fullDisk(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}

/** The local disk without the wait for it, which only a power cut would need, and which takes most of a test's time. */
const hasty: Disk = {
  ...localDisk,
  write: (path, content, how) => localDisk.write(path, content, { ...how, durable: false }),
};

/** A disk that calls `before` ahead of every step with its number from 1 and its name. */
export function watched(before: (step: number, name: string, args: readonly unknown[]) => void): Disk {
  let step = 0;
  const entries = Object.entries(hasty).map(([name, act]) => [
    name,
    (...args: unknown[]) => {
      before(++step, name, args);
      return (act as (...all: unknown[]) => void)(...args);
    },
  ]);
  return Object.fromEntries(entries);
}

/** A disk with a fault at one step; with `torn`, a write there leaves half of its content behind. */
export function faulty(at: number, fault: Fault, torn = false): Disk {
  return watched((step, name, args) => {
    const hit = fault === 'fail' ? step === at : step >= at;
    if (hit && torn && step === at && name === 'write') writeHalf(args);
    if (hit) throw fullDisk();
  });
}

/** Writes the first half of what a step was to write, as a process killed in the middle of it would have. */
export function writeHalf([path, content]: readonly unknown[]): void {
  const bytes = Buffer.from(content as string);
  writeFileSync(path as string, bytes.subarray(0, bytes.length >> 1), { flag: 'wx' });
}

/** The number of steps that an action takes on the disk. */
export function countSteps(action: (disk: Disk) => void): number {
  let steps = 0;
  action(watched((step) => (steps = step)));
  return steps;
}
