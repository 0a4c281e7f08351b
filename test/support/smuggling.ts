import type { Stream } from './frames.ts';

/** A request that two parsers may read differently; what would be a second request asks for `/smuggled`. */
export interface Attack {
  readonly title: string;
  readonly bytes: Buffer;
  /** Gunicorn takes it as it stands, which is one way to read it. */
  readonly nginxOnly?: true;
}

/** The site that every attack names. */
export const site = 'portal.example.com';

const smuggled = `GET /smuggled HTTP/1.1\r\nHost: ${site}\r\n\r\n`;
const ended = `0\r\n\r\n${smuggled}`;

/** A POST with more header lines than its Host, and a body. */
function post(lines: readonly string[], body: string, { start = 'POST / HTTP/1.1', end = '\r\n' } = {}): Buffer {
  const all = [start, `Host: ${site}`, 'Content-Type: application/x-www-form-urlencoded', ...lines];
  return Buffer.from(`${all.join(end)}${end}${end}${body}`, 'latin1');
}

const length = (value: string | number): string => `Content-Length: ${value}`;
const chunked = 'Transfer-Encoding: chunked';
const attack = (title: string, bytes: Buffer): Attack => ({ title, bytes });

const twoLengths: readonly Attack[] = [
  attack('Content-Length, then Transfer-Encoding', post([length(ended.length), chunked], ended)),
  attack('Transfer-Encoding, then Content-Length', post([chunked, length(4)], `5c\r\n${smuggled}0\r\n\r\n`)),
  attack('two different Content-Length', post([length(0), length(smuggled.length)], smuggled)),
  attack('two equal Content-Length', post([length(5), length(5)], `12345${smuggled}`)),
  attack('Content-Length with a sign', post([length('+5')], `12345${smuggled}`)),
  attack('a list as Content-Length', post([length('5, 5')], `12345${smuggled}`)),
  attack('a list of different values as Content-Length', post([length('0, 5')], `12345${smuggled}`)),
  attack('a negative Content-Length', post([length(-1)], smuggled)),
  attack('a hexadecimal Content-Length', post([length('0x5')], `12345${smuggled}`)),
  attack('an empty Content-Length', post(['Content-Length:'], smuggled)),
  attack('a Content-Length of digits of another script', post([length('\xb2')], `12${smuggled}`)),
  {
    title: 'a Content-Length beyond 64 bits',
    bytes: post([length('18446744073709551621')], `12345${smuggled}`),
    nginxOnly: true,
  },
];

/** Each comes alone and with a length: a server that overlooks the line would believe the length. */
const encodings: readonly Attack[] = [
  ['an unknown Transfer-Encoding', 'Transfer-Encoding: xchunked'],
  ['a Transfer-Encoding of two, chunked first', 'Transfer-Encoding: chunked, identity'],
  ['a Transfer-Encoding of two, chunked last', 'Transfer-Encoding: identity, chunked'],
  ['a Transfer-Encoding of chunked twice', 'Transfer-Encoding: chunked, chunked'],
  ['two Transfer-Encoding', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity'],
  ['a Transfer-Encoding with a tab before the colon', 'Transfer-Encoding\t: chunked'],
  ['a Transfer-Encoding with a space before the colon', 'Transfer-Encoding : chunked'],
  ['a Transfer-Encoding with a space before its name', ' Transfer-Encoding: chunked'],
  ['a Transfer-Encoding after a vertical tab', 'Transfer-Encoding: \x0bchunked'],
  ['a Transfer-Encoding in quotes', 'Transfer-Encoding: "chunked"'],
  ['an empty Transfer-Encoding', 'Transfer-Encoding:'],
  ['a Transfer-Encoding with a semicolon', 'Transfer-Encoding: chunked;a=b'],
].flatMap(([title = '', line = '']) => [
  attack(title, post([line], ended)),
  attack(`${title}, with a length`, post([line, length(ended.length)], ended)),
]);

const lines: readonly Attack[] = [
  attack('two Hosts', post([`Host: ${site}`], smuggled)),
  attack('two different Hosts', post(['Host: evil.example'], smuggled)),
  attack('no Host', Buffer.from(`POST / HTTP/1.1\r\n${length(0)}\r\n\r\n${smuggled}`)),
  attack('a folded line', post(['X-Folded: a', `\t${chunked}`, length(ended.length)], ended)),
  attack('a folded line at the start', Buffer.from(`GET / HTTP/1.1\r\n Host: ${site}\r\n\r\n${smuggled}`)),
  attack('a NUL in a value', post(['X-Value: a\0b', length(0)], smuggled)),
  attack('a NUL in a name', post(['X-Val\0ue: a', length(0)], smuggled)),
  attack('a carriage return in a value', post([`X-Value: a\r${chunked}`, length(ended.length)], ended)),
  attack('chunked in HTTP/1.0', post([chunked, 'Connection: keep-alive'], ended, { start: 'POST / HTTP/1.0' })),
  attack('a version that is none', post([length(0)], smuggled, { start: 'POST / HTTP/1.1.1' })),
];

const chunks: readonly Attack[] = [
  ['a chunk size that is no number', 'zz\r\nab\r\n'],
  ['a chunk size with a prefix', '0x2\r\nab\r\n'],
  ['a chunk size with a sign', '+2\r\nab\r\n'],
  ['a negative chunk size', '-1\r\nab\r\n'],
  ['an empty chunk size', '\r\nab\r\n'],
  ['a chunk size beyond 64 bits', 'ffffffffffffffff2\r\nab\r\n'],
  ['a chunk longer than its size', `2\r\nabcdef\r\n`],
  ['a chunk that ends in a bare line feed', '2\nab\n'],
  ['a chunk extension with a bare line feed', '2;\nab\r\n'],
  ['an endless chunk extension', `2;${'x'.repeat(100_000)}\r\nab\r\n`],
  ['an endless chunk extension without an end', `2;${'x'.repeat(100_000)}`],
  ['many chunks with long extensions', `1;${'x'.repeat(4000)}\r\na\r\n`.repeat(200)],
  ['a trailer that is a length', `2\r\nab\r\n0\r\n${length(4)}\r\n\r\n`],
].map(([title = '', body = '']) => attack(title, post([chunked], `${body}${ended}`)));

/** Each of these every server must refuse, before the app sees anything of it. */
export const attacks: readonly Attack[] = [
  ...twoLengths,
  ...encodings,
  ...lines,
  ...chunks,
  attack('a bare line feed that hides chunked', post([`X-Value: a\n${chunked}`, length(ended.length)], ended)),
  attack('a bare line feed that hides a length', post([`X-Value: a\n${length(0)}`, length(smuggled.length)], smuggled)),
];

/**
 * Line feeds alone: Gunicorn refuses them. Nginx takes them for line ends, as RFC 9112 (2.2) allows, cannot be told
 * otherwise, and writes the request anew; `read` is what the app must see then, and nothing else.
 */
export const lineFeeds: readonly (Attack & { readonly read: readonly string[] })[] = [
  {
    title: 'bare line feeds at each line',
    bytes: post([length(smuggled.length)], smuggled, { end: '\n' }),
    read: ['POST /'],
  },
  {
    title: 'a bare line feed after a value',
    bytes: post([`X-Value: a\n${length(smuggled.length)}`], smuggled),
    read: ['POST /'],
  },
  {
    title: 'bare line feeds that end the head: two requests, by every count',
    bytes: post([length(0), `X-Value: a\n\n${smuggled.slice(0, -4)}`], ''),
    read: ['POST /', 'GET /smuggled'],
  },
];

const asked: Stream['fields'] = [
  [':method', 'POST'],
  [':scheme', 'https'],
  [':path', '/'],
  [':authority', site],
];
const replaced = (name: string, value: string): Stream['fields'] =>
  asked.map((field) => (field[0] === name ? [name, value] : field));

/** A body that ends where its stream ends, which HTTP/1.1 cannot say. */
export const unmeasured: Stream = { title: 'no length', fields: asked, body: smuggled };

/** What becomes a smuggled request if Nginx writes a stream of HTTP/2 as HTTP/1.1 without looking. */
export const streams: readonly Stream[] = [
  { title: 'a length that is too short', fields: [...asked, ['content-length', '0']], body: smuggled },
  { title: 'a length that is too long', fields: [...asked, ['content-length', '999']], body: smuggled },
  { title: 'two lengths', fields: [...asked, ['content-length', '0'], ['content-length', '5']], body: '12345' },
  { title: 'Transfer-Encoding', fields: [...asked, ['transfer-encoding', 'chunked']], body: ended },
  { title: 'line ends in a value', fields: [...asked, ['x-value', `a\r\n${chunked}`]], body: ended },
  { title: 'a line feed in a value', fields: [...asked, ['x-value', `a\n${chunked}`]], body: ended },
  { title: 'a NUL in a value', fields: [...asked, ['x-value', 'a\0b']], body: '' },
  { title: 'line ends in a name', fields: [...asked, [`x: a\r\n${chunked}\r\ny`, 'b']], body: ended },
  { title: 'a colon in a name', fields: [...asked, ['transfer-encoding: chunked', '']], body: ended },
  { title: 'a name in capitals', fields: [...asked, ['Transfer-Encoding', 'chunked']], body: ended },
  { title: 'line ends in the path', fields: replaced(':path', `/ HTTP/1.1\r\nHost: ${site}\r\n\r\n`) },
  { title: 'a request line as method', fields: replaced(':method', 'GET /smuggled HTTP/1.1') },
  { title: 'line ends in the authority', fields: replaced(':authority', `${site}\r\n${chunked}`), body: ended },
  { title: 'another Host beside the authority', fields: [...asked, ['host', 'evil.example']] },
  { title: 'another authority', fields: replaced(':authority', 'evil.example') },
  { title: 'two paths', fields: [...asked, [':path', '/smuggled']] },
];
