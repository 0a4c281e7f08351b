import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { message } from './default-app.ts';
import { tokenOf } from './server.ts';
import type { Address } from './visitor.ts';

/** What a crowd of clients met. */
export interface Met {
  /** How often each status came. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Requests that got no whole answer. */
  readonly failures: readonly string[];
}

interface Reply {
  readonly status: number;
  readonly text: string;
}

type Client = (method: 'GET' | 'POST', path: string, form?: Readonly<Record<string, string>>) => Promise<Reply>;

/** Many clients at once, each with cookies and one connection of its own: it reads pages and sends the form, over and over. */
export async function crowd(site: Address, size: number, seconds: number): Promise<Met> {
  const statuses: Record<number, number> = {};
  const failures: string[] = [];
  const end = performance.now() + seconds * 1000;
  const one = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: site.ca, servername: site.host });
    const client = clientOf(site, agent);
    while (performance.now() < end) {
      try {
        for await (const { status } of visit(client)) statuses[status] = (statuses[status] ?? 0) + 1;
      } catch (error) {
        failures.push(String(error));
        await wait(100);
      }
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: size }, one));
  return { statuses, failures };
}

/** A page with a form, the form sent with its token, a page without session, a file, and a form whose token is wrong. */
async function* visit(client: Client): AsyncGenerator<Reply> {
  const page = await client('GET', '/');
  yield page;
  yield await client('POST', '/', { ...message, csrf_token: tokenOf(page.text) });
  yield await client('GET', '/sent');
  yield await client('GET', '/healthz');
  yield await client('POST', '/', { ...message, csrf_token: 'wrong' });
}

function clientOf(site: Address, agent: Agent): Client {
  const cookies = new Map<string, string>();
  const host = `${site.host}:${site.https}`;
  return (method, path, form) =>
    new Promise((resolve, reject) => {
      const body = form ? new URLSearchParams(form).toString() : '';
      const headers = {
        Host: host,
        Accept: 'text/html',
        Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form && { Origin: `https://${host}`, 'Sec-Fetch-Site': 'same-origin' }),
        ...(form && { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': String(body.length) }),
      };
      const options = { host: '127.0.0.1', port: site.https, agent, method, path, headers, timeout: 20_000 };
      const sending = request(options, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('error', reject);
        incoming.on('data', (chunk: string) => {
          text += chunk;
        });
        for (const line of incoming.headers['set-cookie'] ?? []) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          cookies.set(name, value);
        }
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
      });
      sending.on('error', reject).on('timeout', () => sending.destroy(new Error(`${path}: no answer in time`)));
      sending.end(body);
    });
}

/** Resident memory of the processes below one, in KiB, by their ids. */
export function memoryBelow(id: number): ReadonlyMap<number, number> {
  const children = readFileSync(`/proc/${id}/task/${id}/children`, 'utf8').trim().split(' ').filter(Boolean);
  const sizes = children.map((child): [number, number] => {
    const [, size = '0'] = /^VmRSS:\s+(\d+)/m.exec(statusOf(child)) ?? [];
    return [Number(child), Number(size)];
  });
  return new Map(sizes.filter(([, size]) => size > 0));
}

/** Empty for a process that has just ended. */
function statusOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/status`, 'utf8');
  } catch {
    return '';
  }
}
