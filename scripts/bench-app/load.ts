import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Requests per second, and microseconds of processor time for one. */
export interface Figures {
  readonly rate: number;
  readonly cpu: number;
}

/** A server with its app, and what a request to it must carry. */
export interface Target {
  readonly url: string;
  readonly headers: readonly string[];
  /** The processes whose time counts. */
  readonly processes: readonly number[];
}

const connections = 16;
const tick = 1e6 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Programs that the bench takes from the system. */
export function missingPrograms(): string[] {
  return ['wrk', 'taskset'].filter((name) => spawnSync(name, ['--version']).error !== undefined);
}

/** Loads one server for some seconds; only answers of the page itself are let through. */
export function load({ url, headers, processes }: Target, seconds: number): Figures {
  const before = spent(processes);
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, ...headers.flatMap((each) => ['-H', each])];
  const printed = execFileSync('taskset', ['-c', '1', 'wrk', ...options, url], { encoding: 'utf8' });
  const time = (spent(processes) - before) * tick;
  const [, requests = ''] = /(\d+) requests in/.exec(printed) ?? [];
  const [, rate = ''] = /Requests\/sec:\s+([\d.]+)/.exec(printed) ?? [];
  if (/Non-2xx|Socket errors/.test(printed)) throw new Error(`${url} did not answer every request:\n${printed}`);
  return { rate: Number(rate), cpu: time / Number(requests) };
}

/** User and system time of some processes, in ticks; https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function spent(processes: readonly number[]): number {
  const times = processes.map((id) => {
    // The name in brackets may hold blanks: fields are counted behind it.
    const fields = readFileSync(`/proc/${id}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return times.reduce((sum, each) => sum + each, 0);
}

/** A process and its children. */
export function family(id: number): number[] {
  const children = readFileSync(`/proc/${id}/task/${id}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return [id, ...children.map(Number)];
}
