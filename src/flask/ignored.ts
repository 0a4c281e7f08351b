import { readFileSync, statSync } from 'node:fs';

/** One line of a `.gitignore`. */
export interface IgnoreLine {
  readonly pattern: RegExp;
  /** Takes a file back that an earlier line ignores. */
  readonly keeps: boolean;
  readonly foldersOnly: boolean;
}

/** Larger files are no lists of patterns. */
const maxBytes = 100_000;

/** The lines of a folder's `.gitignore`; `below` is the folder's path with a `/` at its end, empty for the root. */
export function ignoreLines(file: string, below: string): IgnoreLine[] {
  try {
    return statSync(file).size > maxBytes ? [] : parse(readFileSync(file, 'utf8'), below);
  } catch {
    return [];
  }
}

/** True for a path that Git does not keep; the last line that matches decides. */
export function isIgnored(path: string, isFolder: boolean, lines: readonly IgnoreLine[]): boolean {
  const last = lines.findLast(({ pattern, foldersOnly }) => (isFolder || !foldersOnly) && pattern.test(path));
  return last !== undefined && !last.keeps;
}

function parse(text: string, below: string): IgnoreLine[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const written = line.replace(/(?<!\\)\s+$/, '');
    if (written === '' || written.startsWith('#')) return [];
    const keeps = written.startsWith('!');
    const body = written.slice(keeps ? 1 : 0);
    const path = body.replace(/\/$/, '');
    const pattern = expression(path, below);
    return pattern ? [{ pattern, keeps, foldersOnly: body.endsWith('/') }] : [];
  });
}

/** A pattern with a `/` counts from its folder, one without at any depth. */
function expression(path: string, below: string): RegExp | undefined {
  const anchored = path.includes('/');
  const parts = path.replace(/^\//, '').split('/');
  const body = parts
    .map((part) => (part === '**' ? '.*' : globbed(part)))
    .join('/')
    .replaceAll('.*/', '(?:.*/)?');
  try {
    return new RegExp(`^${literal(below)}${anchored ? '' : '(?:.*/)?'}${body}$`);
  } catch {
    return undefined;
  }
}

function globbed(part: string): string {
  return part.replace(/\\.|\[[^\]]*\]|[\s\S]/g, (piece) => {
    if (piece === '*') return '[^/]*';
    if (piece === '?') return '[^/]';
    if (piece.startsWith('[') && piece.length > 2) return piece.replace(/^\[!/, '[^');
    return literal(piece.startsWith('\\') ? piece.slice(1) : piece);
  });
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
