import type { Piece } from '../pieces.ts';
import { distinct, type Gathered, gather, linesOf } from './lines.ts';
import { inlineList, itemKey } from './lists.ts';

/** YAML in block style, by its keys and items; undefined for what is laid out otherwise. */
export function yamlPieces(text: string): Piece[] | undefined {
  return text.includes('\t') ? undefined : block(linesOf(text));
}

function block(lines: readonly string[]): Piece[] | undefined {
  const first = lines.find((line) => !isAside(line));
  if (first === undefined) return [];
  const level = { indent: indentOf(first), isList: isItem(first) };
  let odd = false;
  const found = gather(lines, (line) => {
    if (isAside(line)) return null;
    const key = indentOf(line) > level.indent ? undefined : keyAt(line, level);
    odd ||= indentOf(line) < level.indent || key === null;
    return key ?? undefined;
  });
  if (odd) return undefined;
  return distinct(found.map((piece) => (level.isList ? item(piece, level.indent) : entry(piece))));
}

interface Level {
  readonly indent: number;
  readonly isList: boolean;
}

/** Null for a line that neither begins a piece nor goes on with one. */
function keyAt(line: string, { isList }: Level): string | null | undefined {
  // A list may stand as far left as the key that it belongs to.
  if (isItem(line)) return isList ? label(line) : undefined;
  if (isList) return null;
  if (/^---/.test(line)) return '---';
  return /^\s*("[^"]*"|'[^']*'|[^\s#"'[{&*!|>%@`-][^#]*?)\s*:(?=\s)/.exec(line)?.[1] ?? null;
}

function entry({ key, lines }: Gathered): Piece {
  const text = lines.join('');
  const at = lines.findIndex((line) => !isAside(line));
  const head = lines[at] ?? '';
  if (at === lines.length - 1) return { key, text, ...(at === 0 && inlineList(text)) };
  if (!/:\s*(#.*)?$/.test(head.trimEnd())) return { key, text };
  const inner = block(lines.slice(at + 1));
  return inner
    ? { key, text, inner: [{ key: 'open', text: lines.slice(0, at + 1).join('') }, ...inner] }
    : { key, text };
}

/** An item that is a mapping: its dash goes to whatever entry comes first in the end. */
function item({ key, lines }: Gathered, indent: number): Piece {
  const text = lines.join('');
  const at = lines.findIndex((line) => !isAside(line));
  const head = lines[at] ?? '';
  if (!/^\s*-\s+[\w-]+:(\s|$)/.test(head)) return { key, text };
  const inner = block(lines.with(at, `${head.slice(0, indent)} ${head.slice(indent + 1)}`));
  return inner ? { key, text, inner, join: (texts) => dashed(texts.join(''), indent) } : { key, text };
}

function dashed(text: string, indent: number): string {
  const lines = linesOf(text);
  const at = lines.findIndex((line) => !isAside(line));
  const head = lines[at] ?? '';
  return lines.with(at, `${head.slice(0, indent)}-${head.slice(indent + 1)}`).join('');
}

/** What an item is known by: a pinned action by its name without the version. */
function label(line: string): string {
  const text = line
    .replace(/^\s*-\s*/, '')
    .replace(/\s+#.*$/, '')
    .trim();
  const [, uses] = /^(uses:\s*[^@]+)@/.exec(text) ?? [];
  return uses ?? itemKey(text);
}

function isItem(line: string): boolean {
  return /^\s*-(\s|$)/.test(line);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function isAside(line: string): boolean {
  return /^\s*(#.*)?$/.test(line.trimEnd());
}
