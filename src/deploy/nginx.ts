import type { Source } from '../source/text.ts';
import { type Directive, readBlocks, withIncludes } from './blocks.ts';
import type { Files, WebServer } from './facts.ts';
import { deployRole } from './roles.ts';

/** True for a text that has a server of Nginx. */
export function isNginx(text: string): boolean {
  return /^\s*server\s*\{/m.test(text) && /\b(listen|proxy_pass|uwsgi_pass|server_name)\b/.test(text);
}

/** The servers of a configuration of Nginx, included files of the repository in their place. */
export function readNginx(files: Files, source: Source): WebServer[] {
  const all = withIncludes(files, readBlocks(source));
  return serversIn(all, []).map(({ server, outer }) => siteOf(server, outer, source));
}

interface Found {
  readonly server: Directive;
  /** Directives of the blocks around it. */
  readonly outer: readonly Directive[];
}

function serversIn(directives: readonly Directive[], outer: readonly Directive[]): Found[] {
  return directives.flatMap((each) => {
    if (each.name === 'server' && each.block) return [{ server: each, outer: [...outer, ...directives] }];
    return each.name === 'http' && each.block ? serversIn(each.block, [...outer, ...directives]) : [];
  });
}

const passing = /^(proxy|uwsgi|fastcgi|grpc|scgi)_pass$/;

function siteOf(server: Directive, outer: readonly Directive[], source: Source): WebServer {
  const own = server.block ?? [];
  const inner = own.flatMap((each) => below(each));
  const all = [...own, ...inner];
  const listens = own.filter(({ name }) => name === 'listen');
  const tls =
    listens.some(({ words }) => words.includes('ssl') || /(^|:)443$/.test(words[0] ?? '')) || has(own, /^ssl$/, 'on');
  const level = own.some(isHeader) ? own : outer;
  const shown = tls ? (listens.find(({ words }) => words.includes('ssl')) ?? server) : (listens[0] ?? server);
  return {
    ...shown.place,
    kind: 'nginx',
    role: deployRole(source.path),
    tls,
    redirects: !tls && all.some(toHttps),
    passes: all.some(({ name }) => passing.test(name)),
    headers: [
      ...level.filter(isHeader).map((each) => headerOf(each, false)),
      ...inner.filter(isHeader).map((each) => headerOf(each, true)),
    ],
    protocols: [...outer, ...own]
      .filter(({ name }) => name === 'ssl_protocols')
      .flatMap(({ words, place }) => words.map((value) => ({ ...place, value }))),
    aliases: own.filter(({ name }) => name === 'location').flatMap(aliasOf),
    overridden: level.some(isHeader) ? own.filter(({ name }) => name === 'location').flatMap(headerless) : [],
  };
}

function below({ block = [] }: Directive): Directive[] {
  return block.flatMap((each) => [each, ...below(each)]);
}

function has(directives: readonly Directive[], name: RegExp, word: string): boolean {
  return directives.some((each) => name.test(each.name) && each.words.includes(word));
}

function isHeader({ name }: Directive): boolean {
  return name === 'add_header';
}

function headerOf({ words: [name = '', value = '', always], place }: Directive, inner: boolean) {
  return { ...place, name: name.toLowerCase(), value, always: always === 'always', inner };
}

function toHttps({ name, words }: Directive): boolean {
  return (
    (name === 'return' && /^30[1278]$/.test(words[0] ?? '') && /^https:|^\$scheme|^https\$/.test(words[1] ?? '')) ||
    (name === 'rewrite' && words.some((word) => word.startsWith('https://')))
  );
}

function aliasOf({ words, block = [] }: Directive): WebServer['aliases'] {
  if (/^[~^=]/.test(words[0] ?? '') && words[0] !== '^~') return [];
  const location = words.at(-1) ?? '';
  return block
    .filter(({ name }) => name === 'alias')
    .map(({ words: [folder = ''], place }) => ({ ...place, location, folder }));
}

/** Locations with a header of their own: Nginx drops those of the server there. */
function headerless({ block = [] }: Directive): WebServer['overridden'] {
  const first = block.find(isHeader);
  const security = block.some(
    ({ name, words }) =>
      isHeader({ name, words } as Directive) && /^(content-security|strict-transport|x-frame)/i.test(words[0] ?? ''),
  );
  return first && !security && block.some(({ name }) => passing.test(name)) ? [first.place] : [];
}
