/** The process that stages a change, and when it began. */
export interface Owner {
  readonly process: number;
  readonly began: number;
}

/** No change takes as long as this, so an older one was cut off even if its process number is in use again. */
const LONGEST = 60_000;

/** Whether another process is in the middle of its change; this one never is when it asks. */
export function isLive(owner: Owner): boolean {
  const age = Math.abs(Date.now() - owner.began);
  return owner.process !== process.pid && age < LONGEST && runs(owner.process);
}

/** What the owner file says of this process; the end of the line shows that it was written in full. */
export function ownerText(): string {
  return `${process.pid}\n`;
}

/** The process that an owner file names; 0 where it was cut off. */
export function readOwner(text: string): number {
  return Number(/^(\d+)\n$/.exec(text)?.[1] ?? 0);
}

function runs(id: number): boolean {
  if (!Number.isSafeInteger(id) || id <= 0) return false;
  try {
    return process.kill(id, 0);
  } catch (error) {
    // A process of another user is there too, though it may not be signalled.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
