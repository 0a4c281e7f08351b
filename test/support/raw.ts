import { connect as open } from 'node:net';
import { type ConnectionOptions, connect as openTls } from 'node:tls';
import type { Address } from './visitor.ts';

/** A way to a server: bytes go in, and what comes back is given when the server has hung up or fallen silent. */
export type Line = (bytes: Buffer) => Promise<Reply>;

/** What a server said to some bytes. */
export interface Reply {
  /** The status of each answer, in their order. */
  readonly statuses: readonly number[];
  readonly text: string;
  /** Whether the server closed the connection. */
  readonly closed: boolean;
}

/** How long a server may be silent before we take it that nothing more comes. */
const silence = 400;
const patience = 5000;
/** How much goes out at once; where a server hangs up on the start, the rest would drown its answer. */
const first = 4096;

/** A line to Nginx: HTTP/1.1 over TLS, with the name of the site in the handshake. */
export function tlsLine(site: Address): Line {
  return (bytes) => exchange(openTls(tlsOptions(site)), bytes);
}

function tlsOptions({ https, host, ca }: Address): ConnectionOptions {
  return { host: '127.0.0.1', port: https, servername: host, ca, ALPNProtocols: ['http/1.1'] };
}

/** A line to a port of the loopback address, or to a socket file. */
export function plainLine(to: number | string): Line {
  return (bytes) => exchange(typeof to === 'number' ? open(to, '127.0.0.1') : open(to), bytes);
}

/** A connection that stays open; how it ends is told once it has. */
export interface Held {
  readonly send: (bytes: string) => void;
  readonly ended: Promise<string>;
  readonly drop: () => void;
}

/** Opens a connection to Nginx over TLS, or to a port, and keeps it. */
export function hold(to: Address | number): Held {
  const socket = typeof to === 'number' ? open(to, '127.0.0.1') : openTls(tlsOptions(to));
  let text = '';
  const ended = new Promise<string>((done) => {
    socket.on('data', (chunk) => (text += chunk.toString('latin1'))).on('error', () => {});
    socket.on('close', () => done(text));
  });
  return { send: (bytes) => socket.write(bytes, 'latin1'), ended, drop: () => socket.destroy() };
}

async function exchange(socket: ReturnType<typeof open>, bytes: Buffer): Promise<Reply> {
  return new Promise((resolve) => {
    let text = '';
    let timer = setTimeout(() => done(false), patience);
    const done = (closed: boolean): void => {
      clearTimeout(timer);
      socket.removeAllListeners().on('error', () => {}); // a reset after the end is no news
      socket.destroy();
      resolve({
        statuses: [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, code]) => Number(code)),
        text,
        closed,
      });
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      clearTimeout(timer);
      timer = setTimeout(() => done(false), silence);
    });
    socket.on('end', () => done(true)).on('error', () => done(true));
    socket.write(bytes.subarray(0, first));
    if (bytes.length > first) setTimeout(() => socket.writable && socket.write(bytes.subarray(first)), 100);
  });
}
