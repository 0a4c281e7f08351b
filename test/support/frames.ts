import { once } from 'node:events';
import { connect } from 'node:tls';
import type { Address } from './visitor.ts';

/** A request of HTTP/2 that no library would send. */
export interface Stream {
  readonly title: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** What a server made of a stream: a status, or the reason for which it was cut off. */
export interface Outcome {
  readonly status?: number;
  readonly cut: boolean;
}

const frame = { data: 0, headers: 1, reset: 3, settings: 4, goAway: 7 } as const;
const endStream = 1;
const endHeaders = 4;
const quiet = 500;

/** Sends one stream, written byte by byte, over a TLS connection of its own. */
export async function sendStream(site: Address, { fields, body }: Stream): Promise<Outcome> {
  const options = { host: '127.0.0.1', port: site.https, servername: site.host, ca: site.ca, ALPNProtocols: ['h2'] };
  const socket = connect(options);
  await once(socket, 'secureConnect');
  const flags = endHeaders | (body === undefined ? endStream : 0);
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  socket.write(written([frame.settings, 0, 0], Buffer.alloc(0)));
  socket.write(written([frame.headers, flags, 1], Buffer.concat(fields.map(literal))));
  if (body !== undefined) socket.write(written([frame.data, endStream, 1], Buffer.from(body)));
  let received = Buffer.alloc(0);
  await new Promise<void>((done) => {
    let timer = setTimeout(done, 5000);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      clearTimeout(timer);
      timer = setTimeout(done, quiet);
    });
    socket.on('end', done).on('error', () => done());
  });
  socket.destroy();
  return outcome(received);
}

function outcome(received: Buffer): Outcome {
  const result: { status?: number; cut: boolean } = { cut: false };
  for (let at = 0; at + 9 <= received.length; ) {
    const size = received.readUIntBE(at, 3);
    const type = received[at + 3];
    if (type === frame.headers) result.status = statusOf(received.subarray(at + 9, at + 9 + size));
    if (type === frame.reset || type === frame.goAway) result.cut = true;
    at += 9 + size;
  }
  return result;
}

function written([type, flags, stream]: readonly [number, number, number], payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A field that is in no table, as RFC 7541 (6.2.2) writes it. */
function literal([name, value]: readonly [string, string]): Buffer {
  return Buffer.concat([Buffer.from([0]), text(name), text(value)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length > 126) throw new Error(`${value}: too long for one byte of length.`);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** Nginx writes `:status` first: as an entry of the static table, or with that name and three digits. */
function statusOf(block: Buffer): number {
  const known = [200, 204, 206, 304, 400, 404, 500];
  const start = block.findIndex((byte) => byte >> 5 !== 1); // after changes of the table's size
  const first = block[start] ?? 0;
  if (first >= 0x80) return known[first - 0x88] ?? 0;
  return Number(block.subarray(start + 2, start + 5).toString('latin1'));
}
