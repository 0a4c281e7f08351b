import { request as plainRequest } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { connect } from 'node:tls';

/** Where a site listens on the loopback address, and how to recognise it. */
export interface Address {
  /** The name under which it is asked. */
  readonly host: string;
  readonly https: number;
  readonly http: number;
  /** The certificate of the authority that vouches for it. */
  readonly ca: string;
}

/** An answer, with every copy of each header by its name in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
  readonly text: string;
}

/** What is sent besides method and path; an object as body is a form. */
export interface Sent {
  readonly body?: Buffer | Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Somebody with a browser: speaks TLS, keeps cookies as it must, follows nothing. */
export interface Visitor {
  readonly get: (path: string, headers?: Sent['headers']) => Promise<Answer>;
  readonly ask: (method: string, path: string, sent?: Sent) => Promise<Answer>;
  /** Sends a form as the page at `path` offers it, hidden fields included. */
  readonly submit: (path: string, fields: Readonly<Record<string, string>>, to?: string) => Promise<Answer>;
  readonly cookies: ReadonlyMap<string, string>;
  /** Every Set-Cookie line so far. */
  readonly lines: readonly string[];
}

/** A new visitor of a site, without cookies. */
export function visitor(site: Address): Visitor {
  const cookies = new Map<string, string>();
  const lines: string[] = [];
  const ask: Visitor['ask'] = async (method, path, sent = {}) => {
    const form = sent.body !== undefined && !Buffer.isBuffer(sent.body);
    const origin = `https://${site.host}:${site.https}`;
    const headers = {
      Host: `${site.host}:${site.https}`,
      Accept: 'text/html',
      ...(cookies.size > 0 && { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
      ...(method !== 'GET' && { Origin: origin, Referer: `${origin}/`, 'Sec-Fetch-Site': 'same-origin' }),
      ...(form && { 'Content-Type': 'application/x-www-form-urlencoded' }),
      ...sent.headers,
    };
    const body = Buffer.isBuffer(sent.body) ? sent.body : Buffer.from(new URLSearchParams(sent.body).toString());
    const answer = await exchange(
      { ...local(site.https), servername: site.host, ca: site.ca, method, path, headers },
      body,
    );
    for (const line of answer.headers['set-cookie'] ?? []) {
      lines.push(line);
      keep(cookies, line);
    }
    return answer;
  };
  const get: Visitor['get'] = (path, headers) => ask('GET', path, headers && { headers });
  const submit: Visitor['submit'] = async (path, fields, to = path) => {
    const hidden = (await get(path)).text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
    return ask('POST', to, { body: { ...Object.fromEntries([...hidden].map(([, ...field]) => field)), ...fields } });
  };
  return { get, ask, submit, cookies, lines };
}

/** One request over plain HTTP; undefined where the connection is closed without an answer. */
export async function plainly(port: number, host: string, path: string): Promise<Answer | undefined> {
  const options = { ...local(port), path, headers: { Host: host } };
  return exchange(options, Buffer.alloc(0), plainRequest).catch(() => undefined);
}

/** Whether a TLS handshake for a name succeeds. */
export async function shakesHands(port: number, servername: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...local(port), servername, rejectUnauthorized: false });
    socket.once('secureConnect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('secureConnect', () => socket.destroy());
  });
}

/** No pool: a connection that a stopped server has closed must not reach the next test. */
function local(port: number): { host: string; port: number; agent: false } {
  return { host: '127.0.0.1', port, agent: false };
}

async function exchange(options: RequestOptions, body: Buffer, send: typeof request = request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sending = send({ ...options, timeout: 15_000 }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
      incoming.on('end', () => {
        const received = Buffer.concat(chunks);
        const headers = byName(incoming.rawHeaders);
        resolve({ status: incoming.statusCode ?? 0, headers, body: received, text: received.toString() });
      });
    });
    sending.on('error', reject).on('timeout', () => sending.destroy(new Error(`${options.path}: no answer in time`)));
    sending.end(body.length > 0 ? body : undefined);
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

function keep(cookies: Map<string, string>, line: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (value === '' || /; *(?:max-age=0|expires=[^;]* 1970)/i.test(line)) cookies.delete(name);
  else cookies.set(name, value);
}
