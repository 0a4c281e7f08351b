import type { Place } from '../mitigation.ts';
import { lineAt, quote, type Source } from '../source/text.ts';

/** A request that a script of a page sends and that changes something. */
export interface RequestFacts extends Place {
  readonly method: string;
  /** True where the script speaks of a CSRF token. */
  readonly token: boolean;
}

const calls =
  /(?<![\w.])(?:window\.)?fetch\s*\(|\$\.ajax\s*\(|\baxios\s*\(|\$\.post\s*\(|\baxios\.(post|put|patch|delete)\s*\(|\.open\s*\(\s*["'](post|put|patch|delete)["']/gi;

/** The unsafe requests of a script that stands in a template between two offsets. */
export function unsafeRequests(source: Source, start: number, end: number): RequestFacts[] {
  const script = source.text.slice(start, end);
  const token = /csrf|xsrf/i.test(script);
  return [...script.matchAll(calls)].flatMap((found) => {
    const method =
      found[1] ?? found[2] ?? (/\.post/i.test(found[0]) ? 'post' : optionOf(script, found.index + found[0].length));
    if (method === undefined || !/^(post|put|patch|delete)$/i.test(method)) return [];
    const offset = start + found.index;
    return [
      {
        file: source.path,
        line: lineAt(source, offset),
        text: quote(source, offset),
        method: method.toUpperCase(),
        token,
      },
    ];
  });
}

/** The method among the options of a call, as far as its closing bracket. */
function optionOf(script: string, from: number): string | undefined {
  let depth = 1;
  let to = from;
  for (; to < script.length && depth > 0; to++) {
    if (script[to] === '(') depth++;
    else if (script[to] === ')') depth--;
  }
  return /\b(?:method|type)\s*:\s*["'`](\w+)/i.exec(script.slice(from, to))?.[1];
}

const senders =
  /\bfetch\s*\(|XMLHttpRequest|\baxios\b|\.ajax(Setup)?\s*\(|(\$|jQuery)\.(post|ajax)|superagent|\bhx-(post|put|patch|delete)\b/;
const unsafe = /["'`](post|put|patch|delete)["'`]|\.(post|put|patch|delete)\s*\(|\bhx-(post|put|patch|delete)\b/i;

/** True for a text that sends a request and names a method that changes something. */
export function sendsChanges(text: string): boolean {
  return senders.test(text) && unsafe.test(text);
}
