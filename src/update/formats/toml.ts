import type { Piece } from '../pieces.ts';
import { distinct, type Gathered, gather, linesOf } from './lines.ts';
import { inlineList, itemKey } from './lists.ts';

/** TOML by tables, entries and items of lists. */
export function tomlPieces(text: string): Piece[] {
  const lines = linesOf(text);
  const tables = gather(
    lines,
    statements(lines, (line) => /^\s*(\[\[?[^\]]+\]\]?)/.exec(line)?.[1]),
  );
  return distinct(tables.map(({ key, lines: own }) => ({ key, text: own.join(''), inner: entries(own) })));
}

function entries(lines: readonly string[]): Piece[] {
  const keyOf = (line: string): string | undefined => {
    if (/^\s*\[/.test(line)) return 'header';
    return /^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=/.exec(line)?.[1];
  };
  return distinct(gather(lines, statements(lines, keyOf)).map(entry));
}

function entry({ key, lines }: Gathered): Piece {
  const text = lines.join('');
  const open = lines.findIndex((line) => /^[^#"']*=\s*\[\s*(#.*)?$/.test(line.trimEnd()));
  if (open === -1) {
    // Only the last line has the value; what comes before are comments.
    const list = lines.length === 1 ? inlineList(text) : undefined;
    return { key, text, ...list };
  }
  const inner = items(lines.slice(open + 1));
  if (!inner) return { key, text };
  const pieces = [{ key: 'open', text: lines.slice(0, open + 1).join('') }, ...inner];
  return { key, text: pieces.map((piece) => piece.text).join(''), inner: pieces };
}

/** The items of a list, each on a line of its own and with a comma behind it, as the last one need not have. */
function items(lines: readonly string[]): Piece[] | undefined {
  const plain = lines.every((line) =>
    /^\s*(#.*|\],?.*|"(?:\\.|[^"\\])*"\s*,?\s*(#.*)?|'[^']*'\s*,?\s*(#.*)?|[\w.+-]+\s*,?\s*(#.*)?)?$/.test(
      line.trimEnd(),
    ),
  );
  if (!plain) return undefined;
  const withCommas = lines.map((line) =>
    line.replace(/^(\s*(?:"(?:\\.|[^"\\])*"|'[^']*'|[\w.+-]+))\s*(?=\n|#)/, (_, item: string) => `${item},`),
  );
  const found = gather(withCommas, (line) => {
    if (/^\s*(#.*)?$/.test(line.trimEnd())) return null;
    if (/^\s*\]/.test(line)) return 'close';
    return itemKey(line.replace(/\s+#.*$/, '').trim());
  });
  return distinct(found.map(({ key, lines: own }) => ({ key, text: own.join('') })));
}

/** Asks for a key only where a statement begins: not inside a string or a list that goes over several lines. */
function statements(
  lines: readonly string[],
  keyOf: (line: string) => string | undefined,
): (line: string) => string | null | undefined {
  const begins = beginnings(lines);
  let index = -1;
  return (line) => {
    index += 1;
    if (!begins[index]) return undefined;
    return /^\s*(#.*)?$/.test(line.trimEnd()) ? null : keyOf(line);
  };
}

function beginnings(lines: readonly string[]): boolean[] {
  const token = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|[[\]{}]|\n/g;
  const starts = new Set<number>([0]);
  let depth = 0;
  for (const { 0: sign, index } of lines.join('').matchAll(token)) {
    if (sign === '[' || sign === '{') depth += 1;
    else if (sign === ']' || sign === '}') depth -= 1;
    else if (sign === '\n' && depth === 0) starts.add(index + 1);
  }
  let at = 0;
  return lines.map((line) => {
    const begins = starts.has(at);
    at += line.length;
    return begins;
  });
}
