import type { Source } from '../source/text.ts';
import { type Directive, readBlocks } from './blocks.ts';
import { placeOf } from './commands.ts';
import type { WebServer } from './facts.ts';
import { deployRole } from './roles.ts';

/** True for a text that has a virtual host of Apache. */
export function isApache(text: string): boolean {
  return /^\s*<VirtualHost\b/im.test(text);
}

/** The virtual hosts of a configuration of Apache. */
export function readApache(source: Source): WebServer[] {
  const hosts = source.text.matchAll(/^[ \t]*<VirtualHost\b([^>]*)>([\s\S]*?)^[ \t]*<\/VirtualHost>/gim);
  return [...hosts].map(({ 0: all, 1: address = '', 2: body = '', index }) => {
    const start = index + all.length - all.trimStart().length;
    const from = index + all.indexOf(body);
    const tls = /:443\b/.test(address) || /^\s*SSLEngine\s+on/im.test(body);
    const headers = body.matchAll(
      /^[ \t]*Header\s+(always\s+)?(?:set|append|add|merge|setifempty)\s+([\w-]+)\s+(?:"([^"]*)"|(\S+))/gim,
    );
    const protocols = body.matchAll(/^[ \t]*SSLProtocol\s+(.+)$/gim);
    return {
      ...placeOf(source, start),
      kind: 'apache',
      role: deployRole(source.path),
      tls,
      redirects: !tls && /^\s*(Redirect\w*\b.*https:|RewriteRule\b.*https:)/im.test(body),
      passes: /^\s*(ProxyPass(Match)?|WSGIScriptAlias|WSGIDaemonProcess)\b/im.test(body),
      headers: [...headers].map((found) => ({
        ...placeOf(source, from + found.index),
        name: (found[2] ?? '').toLowerCase(),
        value: found[3] ?? found[4] ?? '',
        always: found[1] !== undefined,
        inner: false,
      })),
      protocols: [...protocols].flatMap((found) =>
        enabled(found[1] ?? '').map((value) => ({ ...placeOf(source, from + found.index), value })),
      ),
      aliases: [],
      overridden: [],
    };
  });
}

/** `all -SSLv3` leaves the old ones on; a minus takes one away. */
function enabled(words: string): string[] {
  const all = words.trim().split(/\s+/);
  const off = new Set(all.filter((word) => word.startsWith('-')).map((word) => word.slice(1).toLowerCase()));
  const on = all.filter((word) => !word.startsWith('-')).map((word) => word.replace(/^\+/, ''));
  const named = on.flatMap((word) => (word.toLowerCase() === 'all' ? ['TLSv1', 'TLSv1.1', 'TLSv1.2'] : [word]));
  return named.filter((word) => !off.has(word.toLowerCase()));
}

/** The sites of a Caddyfile: TLS is automatic but for `http://` and port 80. */
export function readCaddy(source: Source): WebServer[] {
  return readBlocks(source, true)
    .filter(({ name, block }) => block && name !== '' && !name.startsWith('('))
    .map(({ name, words, place, block = [] }) => {
      const plain = [name, ...words].every((address) => /^http:|^:80$|:80,?$/.test(address));
      const all = block.flatMap((each) => [each, ...(each.block ?? [])]);
      return {
        ...place,
        kind: 'caddy' as const,
        role: deployRole(source.path),
        tls: !plain,
        redirects: !plain,
        passes: all.some((each) => /^(reverse_proxy|php_fastcgi|uwsgi)$/.test(each.name)),
        headers: headersOf(block),
        protocols: [],
        aliases: [],
        overridden: [],
      };
    });
}

function headersOf(block: readonly Directive[]): WebServer['headers'] {
  return block
    .filter(({ name }) => name === 'header')
    .flatMap((each): Directive[] => [
      each,
      ...(each.block ?? []).map((one) => ({ ...one, words: [one.name, ...one.words] })),
    ])
    .flatMap(({ words, place }) => {
      const [name = '', value = ''] = words.filter((word) => !/^[/*@]/.test(word));
      return value === '' || name.startsWith('-')
        ? []
        : [{ ...place, name: name.replace(/^[+?>]/, '').toLowerCase(), value, always: true, inner: false }];
    });
}

/** HAProxy as one server: a bind with a certificate is TLS. */
export function readHaproxy(source: Source): WebServer[] {
  const front = /^[ \t]*bind\b.*$/m.exec(source.text);
  if (!front) return [];
  return [
    {
      ...placeOf(source, front.index + front[0].length - front[0].trimStart().length),
      kind: 'haproxy',
      role: deployRole(source.path),
      tls: /^[ \t]*bind\b.*\bssl\b/m.test(source.text),
      redirects: /redirect\s+scheme\s+https/.test(source.text),
      passes: /^[ \t]*(server|use_backend|default_backend)\b/m.test(source.text),
      headers: [
        ...source.text.matchAll(/^[ \t]*http-response\s+(?:set|add)-header\s+([\w-]+)\s+(?:"([^"]*)"|(\S+))/gm),
      ].map((found) => ({
        ...placeOf(source, found.index),
        name: (found[1] ?? '').toLowerCase(),
        value: found[2] ?? found[3] ?? '',
        always: true,
        inner: false,
      })),
      protocols: [],
      aliases: [],
      overridden: [],
    },
  ];
}
