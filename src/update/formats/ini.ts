import type { Piece } from '../pieces.ts';
import { distinct, gather, linesOf } from './lines.ts';

/** INI files and units of systemd: sections with entries, whose values go on in indented lines. */
export function iniPieces(text: string): Piece[] {
  const sections = gather(linesOf(text), (line) =>
    isAside(line) ? null : (/^\[[^\]]+\]/.exec(line)?.[0] ?? undefined),
  );
  return distinct(sections.map(({ key, lines }) => ({ key, text: lines.join(''), inner: entries(lines) })));
}

/** Files of variables, such as `.env.example`. */
export function envPieces(text: string): Piece[] {
  const found = gather(linesOf(text), (line) => {
    if (isAside(line)) return null;
    return /^\s*(?:export\s+)?([\w.]+)\s*=/.exec(line)?.[1];
  });
  return distinct(found.map(({ key, lines }) => ({ key, text: lines.join('') })));
}

/** Files in which each line stands for itself, such as `.gitignore`. */
export function ignorePieces(text: string): Piece[] {
  const found = gather(linesOf(text), (line) => (isAside(line) ? null : line.trim()));
  return found.map(({ key, lines }) => ({ key, text: lines.join('') }));
}

function entries(lines: readonly string[]): Piece[] {
  const found = gather(lines, (line) => {
    if (isAside(line)) return null;
    if (line.startsWith('[')) return 'header';
    return /^([^\s=:][^=:]*?)\s*[=:]/.exec(line)?.[1];
  });
  // A unit may say ExecStartPre twice; only what is said then tells one from the other.
  return distinct(found.map(({ key, lines: own }) => ({ key, text: own.join('') })));
}

function isAside(line: string): boolean {
  return /^\s*([#;].*)?$/.test(line.trimEnd());
}
