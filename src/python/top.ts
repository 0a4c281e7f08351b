import type { Splice } from '../source/splice.ts';
import { lineEnd, lineStart, nextLine } from '../source/text.ts';
import type { PyFile } from './edits.ts';
import { importHeader } from './ensure-import.ts';
import { parts } from './node.ts';

/** Puts assignments below the imports at the top of a module, with an empty line between. */
export function insertBelowImports(file: PyFile, lines: readonly string[]): Splice {
  const { eol, text } = file.source;
  const { last } = importHeader(file);
  const code = parts(file.tree.root)[0];
  if (!last) {
    const start = code ? lineStart(file.source, code.start) : text.length;
    return { start, expected: '', insert: `${lines.join(eol)}${eol}${eol}` };
  }
  const start = nextLine(file.source, lineEnd(file.source, last.end));
  const open = start === text.length && !text.endsWith('\n');
  return { start, expected: '', insert: `${open ? eol : ''}${eol}${lines.join(eol)}${eol}` };
}
