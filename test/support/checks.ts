import { tokenOf } from './server.ts';
import type { Answer, Visitor } from './visitor.ts';

/** What is sent, and the status that it gets. */
export interface Case {
  readonly title: string;
  readonly status: number;
  readonly method?: string;
  readonly path: string;
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers of every kind: from the app, from Gunicorn and from Nginx itself. */
export const everyKindOfAnswer: readonly Case[] = [
  { title: 'a page', status: 200, path: '/' },
  { title: 'a static file', status: 200, path: '/static/css/app.css' },
  { title: 'a static file that is not there', status: 404, path: '/static/none.css' },
  { title: 'a page that is not there', status: 404, path: '/missing' },
  { title: 'a method that it does not take', status: 405, method: 'DELETE', path: '/healthz' },
  { title: 'a body over the limit', status: 413, method: 'POST', path: '/', body: Buffer.alloc(1_100_000, 'x') },
  { title: 'an endless address', status: 414, path: `/${'x'.repeat(9000)}` },
  { title: 'an address that is too long for Gunicorn only', status: 414, path: `/${'x'.repeat(5000)}` },
  { title: 'a hidden file', status: 404, path: '/.git/config' },
  { title: 'readiness, which is not for visitors', status: 404, path: '/readyz' },
  {
    title: 'a form of another site',
    status: 400,
    method: 'POST',
    path: '/',
    body: Buffer.from('name=Ann'),
    headers: { Origin: 'https://evil.example' },
  },
  { title: 'a report of a browser that is none', status: 415, method: 'POST', path: '/browser-reports' },
  { title: 'an address of its example that has moved', status: 303, path: '/account/' },
  { title: 'a form without a token', status: 400, method: 'POST', path: '/', body: Buffer.from('name=Ann') },
];

/** What is wrong with the headers of an answer: each must be there once, and none may tell a version. */
export function unsafeHeaders({ headers }: Answer): string[] {
  const once = [
    'strict-transport-security',
    'content-security-policy',
    'x-frame-options',
    'x-content-type-options',
    'referrer-policy',
    'permissions-policy',
    'cross-origin-opener-policy',
    'cross-origin-embedder-policy',
    'cross-origin-resource-policy',
    'origin-agent-cluster',
    'x-permitted-cross-domain-policies',
    'reporting-endpoints',
    'x-request-id',
  ];
  const missing = once.filter((each) => headers[each] === undefined);
  const several = Object.keys(headers).filter((each) => each !== 'set-cookie' && headers[each]?.length !== 1);
  const told = /\d/.test(headers['server']?.join() ?? '') ? ['server'] : [];
  return [...missing, ...several, ...told];
}

/** Sends a file by the form of the example page. */
export async function upload(who: Visitor, filename: string, content: Buffer): Promise<Answer> {
  const token = tokenOf((await who.get('/files/')).text);
  const part = (rest: string): string => `--x\r\nContent-Disposition: form-data; name="${rest}\r\n\r\n`;
  const head = `${part('csrf_token"')}${token}\r\n${part(`file"; filename="${filename}"`)}`;
  const body = Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n--x--\r\n')]);
  return who.ask('POST', '/files/', { body, headers: { 'Content-Type': 'multipart/form-data; boundary=x' } });
}
