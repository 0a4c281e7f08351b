import type { Span } from '../../source/text.ts';

/** One `key = value` as it stands in a text of TOML. */
export interface TomlEntry {
  /** The whole path, that of the table included. */
  readonly path: readonly string[];
  /** The table's own part of the path. */
  readonly table: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly value: Span;
}

/** The head of a table and where its entries end. */
export interface TomlTable {
  readonly path: readonly string[];
  readonly start: number;
  /** After its last entry, or after its head where it has none. */
  readonly end: number;
}

/** Where everything stands in a text of TOML. */
export interface TomlText {
  readonly entries: readonly TomlEntry[];
  readonly tables: readonly TomlTable[];
}

const part = `(?:"(?:\\\\.|[^"\\\\\\n])*"|'[^'\\n]*'|[\\w-]+)`;
const keyPath = `${part}(?:[ \\t]*\\.[ \\t]*${part})*`;
const blank = /(?:[ \t\ufeff]|#[^\n]*|\r?\n)*/y;
const head = new RegExp(`\\[\\[?[ \\t]*(${keyPath})[ \\t]*\\]\\]?`, 'y');
const key = new RegExp(`(${keyPath})[ \\t]*=[ \\t]*`, 'y');
const text = /"""(?:\\[\s\S]|[^\\])*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y;

/** Finds the entries and tables of a text of TOML; undefined where it is none. Values are not looked into. */
export function readToml(source: string): TomlText | undefined {
  const entries: TomlEntry[] = [];
  const heads: TomlTable[] = [];
  for (let at = skip(source, 0); at < source.length; ) {
    const table = tableAt(source, at);
    const entry = table ? undefined : entryAt(source, at, heads.at(-1)?.path ?? []);
    if (table) heads.push(table);
    if (entry) entries.push(entry);
    at = skip(source, table?.end ?? entry?.end ?? source.length + 1);
  }
  const read = [...heads, ...entries].reduce((end, each) => Math.max(end, skip(source, each.end)), skip(source, 0));
  return read < source.length ? undefined : { entries, tables: heads.map((each) => withEnd(each, heads, entries)) };
}

function withEnd(table: TomlTable, heads: readonly TomlTable[], entries: readonly TomlEntry[]): TomlTable {
  const next = heads.find(({ start }) => start > table.start)?.start ?? Infinity;
  const last = entries.findLast(({ start }) => start > table.start && start < next);
  return { ...table, end: last?.end ?? table.end };
}

function tableAt(source: string, at: number): TomlTable | undefined {
  const opened = match(head, source, at);
  return opened ? { path: partsOf(opened[1] ?? ''), start: at, end: at + opened[0].length } : undefined;
}

function entryAt(source: string, at: number, table: readonly string[]): TomlEntry | undefined {
  const named = match(key, source, at);
  const start = at + (named?.[0].length ?? 0);
  const end = named ? valueEnd(source, start) : undefined;
  if (end === undefined) return undefined;
  return { path: [...table, ...partsOf(named?.[1] ?? '')], table, start: at, end, value: { start, end } };
}

/** The items of an array, or the pairs of an inline table, without the comments and commas between them. */
export function itemsOf(source: string, { start, end }: Span): Span[] {
  const items: Span[] = [];
  let open: Span | undefined;
  for (let at = skip(source, start + 1); at < end - 1; at = skip(source, at)) {
    if (source[at] === ',') {
      if (open) items.push(open);
      open = undefined;
      at += 1;
    } else {
      const from = open?.start ?? at;
      at = valueEnd(source, at) ?? end;
      open = { start: from, end: at };
    }
  }
  return open ? [...items, open] : items;
}

/** The text of a string in quotes; undefined for another value. */
export function stringAt(source: string, { start, end }: Span): string | undefined {
  const found = match(text, source, start);
  if (!found || start + found[0].length !== end) return undefined;
  const width = /^("""|''')/.test(found[0]) ? 3 : 1;
  return found[0].slice(width, -width).replace(/\\(["\\])/g, '$1');
}

/** The path of a key, as it is compared. */
export function isPath(path: readonly string[], ...wanted: readonly string[]): boolean {
  return path.length === wanted.length && path.every((each, index) => each === wanted[index]);
}

function partsOf(path: string): string[] {
  return [...path.matchAll(new RegExp(part, 'g'))].map(([each]) => each.replace(/^(["'])(.*)\1$/, '$2'));
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

function skip(source: string, at: number): number {
  return at + (match(blank, source, at)?.[0].length ?? 0);
}

const piece = new RegExp(`${text.source}|#[^\\n]*|[[{]|[\\]}]|[^"'#[\\]{}]+`, 'y');

/** Where a bracket closes; undefined where it never does. */
function closed(source: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < source.length; ) {
    const found = match(piece, source, at)?.[0];
    if (found === undefined) return undefined;
    at += found.length;
    if (/^[[{]$/.test(found)) depth += 1;
    if (/^[\]}]$/.test(found)) depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

/** Where a string, a bracketed value or a bare word ends. */
function valueEnd(source: string, at: number): number | undefined {
  if (/[[{]/.test(source[at] ?? '')) return closed(source, at);
  const found = match(text, source, at) ?? match(bare, source, at);
  return found ? at + found[0].length : undefined;
}

const bare = /[^\s,\]}#="']+|=/y;
