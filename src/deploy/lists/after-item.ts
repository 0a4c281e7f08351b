import type { Splice } from '../../source/splice.ts';
import { indentAt, type Source, type Span } from '../../source/text.ts';

/**
 * Puts texts after the last item of a bracketed list, as the items stand: on lines of their own or beside each other,
 * with a comma behind the last one where there was one. A comment beside the item stays beside it.
 */
export function afterItem(source: Source, last: Span, texts: readonly string[]): Splice {
  const { text, eol } = source;
  const trailing = /^(?:[ \t]|\r?\n|#[^\n]*\n)*,/.exec(text.slice(last.end))?.[0] ?? '';
  const start = last.end + trailing.length;
  const [before, behind] = trailing === '' ? [',', ''] : ['', ','];
  if (!/\n[ \t]*$/.test(text.slice(0, last.start)))
    return { start, expected: '', insert: `${before} ${texts.join(', ')}${behind}` };
  const beside = /^[ \t]*#[^\r\n]*/.exec(text.slice(start))?.[0] ?? '';
  const indent = eol + indentAt(source, last.start);
  return { start, expected: beside, insert: before + beside + indent + texts.join(`,${indent}`) + behind };
}
