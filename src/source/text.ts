/** The text of one file with its line ends; offsets count UTF-16 units and include a byte order mark. */
export interface Source {
  /** Relative to the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly eol: '\n' | '\r\n';
  /** Where the file is not stored as UTF-8. */
  readonly encoding?: 'utf-16le' | 'utf-16be';
}

/** A half-open range of offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Wraps a text; its line end is the one that most lines have. */
export function sourceOf(path: string, text: string): Source {
  const all = text.split('\n').length - 1;
  const windows = text.split('\r\n').length - 1;
  return { path, text, eol: windows > all / 2 ? '\r\n' : '\n' };
}

/** Decodes UTF-8 without guessing; for anything else the reason why the file is left unread. */
export function decode(bytes: Uint8Array): { readonly text: string } | { readonly unread: string } {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return { unread: 'UTF-16, not UTF-8' };
  if (bytes.includes(0)) return { unread: 'binary: it holds a NUL byte' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { unread: 'not UTF-8' };
  }
}

const starts = new WeakMap<Source, readonly number[]>();

function lineStarts(source: Source): readonly number[] {
  const known = starts.get(source);
  if (known) return known;
  const found = [0];
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) found.push(at + 1);
  starts.set(source, found);
  return found;
}

/** The line of an offset, counted from 1. */
export function lineAt(source: Source, offset: number): number {
  const all = lineStarts(source);
  let low = 0;
  let high = all.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((all[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

/** The column of an offset, counted from 1. */
export function columnAt(source: Source, offset: number): number {
  return offset - lineStart(source, offset) + 1;
}

/** Where a line begins, counted from 1. */
export function startOfLine(source: Source, line: number): number {
  return lineStarts(source)[line - 1] ?? source.text.length;
}

/** Where the line of an offset begins; a byte order mark belongs to no line. */
export function lineStart(source: Source, offset: number): number {
  const start = lineStarts(source)[lineAt(source, offset) - 1] ?? 0;
  return start === 0 && source.text.startsWith('\ufeff') ? 1 : start;
}

/** Where the line of an offset ends, before its line end. */
export function lineEnd(source: Source, offset: number): number {
  const end = source.text.indexOf('\n', offset);
  if (end === -1) return source.text.length;
  return end > offset && source.text[end - 1] === '\r' ? end - 1 : end;
}

/** Where the line after that of an offset begins, or the end of the text. */
export function nextLine(source: Source, offset: number): number {
  const end = source.text.indexOf('\n', offset);
  return end === -1 ? source.text.length : end + 1;
}

/** The white space that the line of an offset begins with. */
export function indentAt(source: Source, offset: number): string {
  return /^[ \t\f]*/.exec(source.text.slice(lineStart(source, offset)))?.[0] ?? '';
}

/** The text of a line, trimmed, as reports quote it. */
export function quote(source: Source, offset: number): string {
  return source.text.slice(lineStart(source, offset), lineEnd(source, offset)).trim().slice(0, 200);
}
