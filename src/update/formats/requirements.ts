import { normalName } from '../../deploy/requirement.ts';
import type { Piece } from '../pieces.ts';
import { distinct, gather, linesOf } from './lines.ts';

/** Files of requirements, with or without hashes, by package; options such as `-r base.txt` are known by their text. */
export function requirementPieces(text: string): Piece[] {
  const lines = linesOf(text);
  const first = lines.findIndex((line) => !line.startsWith('#'));
  const top = lines.slice(0, first === -1 ? lines.length : first);
  let continued = false;
  const found = gather(lines.slice(top.length), (line) => {
    const inside = continued;
    continued = line.trimEnd().endsWith('\\');
    if (inside || /^\s+\S/.test(line)) return undefined;
    if (/^\s*(#.*)?$/.test(line.trimEnd())) return null;
    return normalName(line) || line.trim();
  });
  const pieces = found.map(({ key, lines: own }) => ({ key, text: own.join('') }));
  return distinct(top.length === 0 ? pieces : [{ key: 'top', text: top.join('') }, ...pieces]);
}
