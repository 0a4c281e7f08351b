import type { Place } from '../mitigation.ts';
import { lineAt, quote, type Source } from '../source/text.ts';
import { DYNAMIC, type JinjaTag, type Masked } from './mask.ts';

/** Where in a page a value stands. */
export type Context = 'text' | 'attribute' | 'unquoted' | 'url' | 'script' | 'style';

/** A `{{ }}` of a template. */
export interface OutputFacts extends Place {
  readonly expression: string;
  /** The expression before its filters. */
  readonly subject: string;
  readonly filters: readonly string[];
  readonly context: Context;
  /** False inside `{% autoescape false %}`. */
  readonly escaped: boolean;
}

/** A `{% autoescape %}` that switches escaping off. */
export interface EscapeFacts extends Place {
  readonly start: number;
  readonly end: number;
}

/** The places where escaping is switched off. */
export function unescapedBlocks(source: Source, { tags }: Masked): EscapeFacts[] {
  const ends = tags.filter(({ inner }) => /^endautoescape\b/.test(inner));
  return tags
    .filter(({ kind, inner }) => kind === 'statement' && /^autoescape\s+(false|0)\b/i.test(inner))
    .map(({ start, end }) => ({
      ...placeOf(source, start),
      start,
      end: ends.find((each) => each.start > end)?.start ?? source.text.length,
    }));
}

/** Every value that a template puts into its page, with what is done to it and where it stands. */
export function outputsOf(source: Source, masked: Masked): OutputFacts[] {
  const off = unescapedBlocks(source, masked);
  const contexts = contextsOf(masked);
  return masked.tags
    .filter(({ kind }) => kind === 'expression')
    .map((tag) => {
      const [subject = '', ...filters] = pieces(tag.inner);
      return {
        ...placeOf(source, tag.start),
        expression: tag.inner,
        subject: subject.trim(),
        filters: filters.map((each) => each.trim()),
        context: contexts(tag),
        escaped: !off.some(({ start, end }) => start <= tag.start && tag.end <= end),
      };
    });
}

function placeOf(source: Source, offset: number): Place {
  return { file: source.path, line: lineAt(source, offset), text: quote(source, offset) };
}

/** An expression cut at the bars of its filters; those in strings and brackets belong to the pieces. */
function pieces(expression: string): string[] {
  const found = [''];
  let depth = 0;
  for (const [piece] of expression.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^"']/gs)) {
    if (/^[([{]$/.test(piece)) depth++;
    if (/^[)\]}]$/.test(piece)) depth--;
    if (piece === '|' && depth === 0) found.push('');
    else found[found.length - 1] += piece;
  }
  return found;
}

/** Tells where a tag stands by the HTML around it; one pass over the page. */
function contextsOf({ html }: Masked): (tag: JinjaTag) => Context {
  const ranges = [...html.matchAll(/<(script|style)\b[^>]*>([\s\S]*?)<\/\1/gi)].map((found) => ({
    kind: (found[1] ?? '').toLowerCase() as 'script' | 'style',
    start: found.index + found[0].indexOf('>') + 1,
    end: found.index + found[0].length,
  }));
  return ({ start, end }) => {
    const raw = ranges.find((range) => range.start <= start && end <= range.end);
    return raw?.kind ?? inTag(html, start);
  };
}

const longest = 2_000;

function inTag(html: string, at: number): Context {
  const before = html.slice(Math.max(0, at - longest), at);
  const open = before.lastIndexOf('<');
  if (open === -1 || !/^<[a-z]/i.test(before.slice(open))) return 'text';
  const tag = before.slice(open);
  const outside = tag.replace(/=\s*("[^"]*"|'[^']*')/g, (all) => ' '.repeat(all.length));
  if (outside.includes('>')) return 'text';
  const value = /([\w:@.-]+)\s*=\s*(["']?)[^"'>]*$/.exec(outside);
  if (!value) return 'attribute';
  const [all, name = '', mark] = value;
  const rest = all.slice(all.indexOf('=') + 1).trimStart();
  if (mark === '') return /\s/.test(rest.replaceAll(DYNAMIC, '')) ? 'attribute' : 'unquoted';
  if (/^on\w+$/i.test(name)) return 'script';
  return /^(href|src|action|formaction|data)$/i.test(name) && rest === mark ? 'url' : 'attribute';
}
