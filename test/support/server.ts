import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A server of a test; `log` is what it printed so far. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/** A free port of the loopback address. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Starts a program that serves HTTP on a port of the loopback address, and waits until it answers. */
export async function serve(
  command: readonly string[],
  port: number,
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Server> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  child.on('error', (error) => (printed += error.message));
  const url = `http://127.0.0.1:${port}`;
  const server: Server = { url, pid: child.pid ?? 0, log: () => printed, stop: () => stop(child) };
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) break;
    const answered = await fetch(server.url, { redirect: 'manual' }).then(
      () => true,
      () => false,
    );
    if (answered) return server;
    await wait(100);
  }
  await server.stop();
  throw new Error(`${command.join(' ')} does not answer on port ${port}:\n${printed}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(late);
}

/** A browser's side of a conversation: keeps cookies, follows nothing. */
export function browser(
  url: string,
): (path: string, init?: RequestInit) => Promise<{ status: number; text: string; headers: Headers }> {
  const jar = new Map<string, string>();
  return async (path, init = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url + path, { redirect: 'manual', ...init, headers: { cookie, ...init.headers } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
}

/** The CSRF token of a page's first form. */
export function tokenOf(page: string): string {
  return /name="csrf_token"[^>]*value="([^"]+)"/.exec(page)?.[1] ?? '';
}
