import { Agent, request } from 'node:https';
import type { Address, Answer } from './visitor.ts';

/** An answer, and how long it took in milliseconds. */
export type Timed = Answer & { readonly path: string; readonly took: number };

/** What a client asks for; with a body, by POST. */
export interface Wanted {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string>>;
}

/** Many clients, each with a connection of its own that stays open. */
export interface Crowd {
  /** One client asks. */
  readonly one: (client: number, what: Wanted) => Promise<Timed>;
  /** All of them ask at the same moment. */
  readonly all: (what: (client: number) => Wanted) => Promise<Timed[]>;
  readonly close: () => void;
}

/** Opens the connections. */
export async function crowd(site: Address, size: number): Promise<Crowd> {
  const agents = Array.from({ length: size }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const one: Crowd['one'] = (client, what) => timed(site, agents[client] as Agent, what);
  const all: Crowd['all'] = (what) => Promise.all(agents.map((_, client) => one(client, what(client))));
  const close = (): void => {
    for (const agent of agents) agent.destroy();
  };
  await all(() => ({ path: '/healthz' }));
  return { one, all, close };
}

function timed(site: Address, agent: Agent, { path, headers = {}, body }: Wanted): Promise<Timed> {
  const began = performance.now();
  const origin = `https://${site.host}:${site.https}`;
  const form = { Origin: origin, 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/x-www-form-urlencoded' };
  const text = body && new URLSearchParams(body).toString();
  const length = text === undefined ? {} : { ...form, 'Content-Length': `${Buffer.byteLength(text)}` };
  const sent = { Host: `${site.host}:${site.https}`, Accept: 'text/html', ...length, ...headers };
  const place = { host: '127.0.0.1', port: site.https, servername: site.host, ca: site.ca, agent, path };
  return new Promise((resolve, reject) => {
    const method = text === undefined ? 'GET' : 'POST';
    const sending = request({ ...place, method, headers: sent, timeout: 30_000 }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
      incoming.on('end', () => {
        const received = Buffer.concat(chunks);
        const known = { status: incoming.statusCode ?? 0, headers: byName(incoming.rawHeaders), body: received };
        resolve({ ...known, text: received.toString(), path, took: performance.now() - began });
      });
    });
    sending.on('error', reject).on('timeout', () => sending.destroy(new Error(`${path}: no answer in time`)));
    sending.end(text);
  });
}

function byName(raw: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    headers[name] = [...(headers[name] ?? []), raw[index + 1] ?? ''];
  }
  return headers;
}
