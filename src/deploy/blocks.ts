import type { Place } from '../mitigation.ts';
import type { Source } from '../source/text.ts';
import { nearest, placeOf } from './commands.ts';
import type { Files } from './facts.ts';
import { unquote } from './shell.ts';

/** A directive of Nginx or Caddy with what stands in its braces. */
export interface Directive {
  readonly name: string;
  readonly words: readonly string[];
  readonly place: Place;
  readonly block?: readonly Directive[];
}

const token =
  /#[^\n]*|\r?\n|[{};]|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|(?:\\.|\$\{[^}]*\}|[^\s{};#"'\\])(?:\\.|\$\{[^}]*\}|[^\s{};"\\])*/g;

interface Reading {
  readonly source: Source;
  readonly tokens: readonly { readonly text: string; readonly at: number }[];
  /** Caddy ends a directive at the end of its line. */
  readonly byLine: boolean;
  next: number;
}

/** The directives of a file. */
export function readBlocks(source: Source, byLine = false): Directive[] {
  const tokens = [...source.text.matchAll(token)]
    .filter(([text]) => !text.startsWith('#') && (byLine || !/^\r?\n$/.test(text)))
    .map(({ 0: text, index }) => ({ text, at: index }));
  return inside({ source, tokens, byLine, next: 0 });
}

function inside(reading: Reading): Directive[] {
  const found: Directive[] = [];
  const { source, tokens } = reading;
  let from = reading.next;
  const close = (to: number, block?: readonly Directive[]): void => {
    if (block || to > from) found.push(directive(source, tokens.slice(from, to), block));
    from = reading.next;
  };
  for (let one = tokens[reading.next]; one && one.text !== '}'; one = tokens[reading.next]) {
    const at = reading.next++;
    if (one.text === '{') close(at, inside(reading));
    else if (ends(one.text)) close(at);
  }
  close(reading.next);
  reading.next++;
  return found;
}

function ends(text: string): boolean {
  return text === ';' || /^\r?\n$/.test(text);
}

function directive(source: Source, words: Reading['tokens'], block?: readonly Directive[]): Directive {
  const [name = '', ...rest] = words.map(({ text }) => unquote(text));
  return { name, words: rest, place: placeOf(source, words[0]?.at ?? 0), ...(block && { block }) };
}

/** The directives with those of included files of the repository in their place. */
export function withIncludes(files: Files, directives: readonly Directive[], depth = 4): Directive[] {
  return directives.flatMap((each): Directive[] => {
    const wanted = each.name === 'include' && depth > 0 ? each.words[0] : undefined;
    const source = wanted === undefined ? undefined : included(files, wanted, each.place.file);
    if (source) return withIncludes(files, readBlocks(source), depth - 1);
    return [each.block ? { ...each, block: withIncludes(files, each.block, depth) } : each];
  });
}

/** Names with wildcards stand for what a package brings; they are not followed. */
function included(files: Files, wanted: string, from: string): Source | undefined {
  if (/[*?]|mime\.types|fastcgi_params|uwsgi_params|proxy_params/.test(wanted)) return undefined;
  const path = nearest(files.paths, wanted, from);
  return path === undefined || path === from ? undefined : files.read(path);
}
