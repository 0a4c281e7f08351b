import type { Job, Least } from './jobs.ts';

/** The table of a bench: processor and wall time, their ratios to bare Node, and the promise. */
export function table(jobs: readonly Job[], least: ReadonlyMap<string, Least>): string {
  const rows = jobs.map((job) => row(job, least));
  const head = ['', 'cpu ms', 'ratio', 'limit', 'wall ms', 'ratio'];
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => (cells[column] ?? '').length)));
  return all
    .map((cells) =>
      cells
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Titles of the jobs that are slower than promised. */
export function broken(jobs: readonly Job[], least: ReadonlyMap<string, Least>): string[] {
  return jobs
    .filter((job) => job.limit !== undefined && ratio(job, least, 'cpu') > job.limit)
    .map(({ title }) => title);
}

function row(job: Job, least: ReadonlyMap<string, Least>): string[] {
  const { cpu, wall } = least.get(job.title) ?? none;
  const limit = job.limit === undefined ? '' : `${job.limit.toFixed(2)}x`;
  const ratios = (['cpu', 'wall'] as const).map((kind) => `${ratio(job, least, kind).toFixed(2)}x`);
  return [job.title, cpu.toFixed(0), ratios[0] ?? '', limit, wall.toFixed(0), ratios[1] ?? ''];
}

const none: Least = { cpu: Number.NaN, wall: Number.NaN, memory: Number.NaN };

function ratio(job: Job, least: ReadonlyMap<string, Least>, kind: keyof Least): number {
  return (least.get(job.title)?.[kind] ?? Number.NaN) / (least.get(job.floor)?.[kind] ?? Number.NaN);
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
