import type { Splice } from '../source/splice.ts';
import { lineEnd, type Source, startOfLine } from '../source/text.ts';
import type { EnvironmentValue } from './facts.ts';

/** Puts another value in place of that of a variable, on its line; undefined where the line does not show it as it is. */
export function replaceValue(
  source: Source,
  { line, name, value }: Pick<EnvironmentValue, 'line' | 'name' | 'value'>,
  by: string,
): Splice | undefined {
  const start = startOfLine(source, line);
  const text = source.text.slice(start, lineEnd(source, start));
  for (const found of text.matchAll(new RegExp(`(?<![\\w.])${name}["']?(\\s*[:=]\\s*|[ \\t]+)["']?`, 'g'))) {
    const at = found.index + found[0].length;
    const after = text[at + value.length] ?? ' ';
    if (value !== '' && text.startsWith(value, at) && /[\s"'#;,\]]/.test(after))
      return { start: start + at, expected: value, insert: by };
  }
  return undefined;
}
