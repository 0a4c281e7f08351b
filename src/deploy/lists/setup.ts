import type { Splice } from '../../source/splice.ts';
import type { Source, Span } from '../../source/text.ts';
import { normalName, type Requirement, rangeOf, written } from '../requirement.ts';
import { afterItem } from './after-item.ts';
import { type DependencyList, isPinned } from './list.ts';

/** `install_requires` of a setup.cfg, on one line or below. */
export function setupCfgList(source: Source): DependencyList | undefined {
  const found = /^install_requires[ \t]*=[ \t]*([^\r\n]*)((?:\r?\n(?:[ \t]+[^\r\n]*)?(?=\r?\n|$))*)/m.exec(source.text);
  if (!found) return undefined;
  const [all, first = '', rest = ''] = found;
  const lines = [first, ...rest.split(/\r?\n/)].map((line) => line.trim()).filter((line) => /^[A-Za-z]/.test(line));
  if (/^(file|attr):/.test(lines[0] ?? '')) return undefined;
  const items = lines.flatMap((line) => line.split(/,(?=\s*[A-Za-z])/));
  const named = new Map(items.map((line) => [normalName(line), rangeOf(line)]));
  const start = found.index + all.trimEnd().length;
  const indent = /\n([ \t]+)\S/.exec(rest)?.[1] ?? '    ';
  const add = (wanted: readonly Requirement[]): readonly Splice[] => [
    {
      start,
      expected: '',
      insert: wanted.map((each) => source.eol + indent + written(each, isPinned(named.values()))).join(''),
    },
  ];
  return { source, group: 'runtime', named, add };
}

const string = /^(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/;

/** `install_requires` of a setup.py where it is a list of plain strings, there or in a variable. */
export function setupPyList(source: Source): DependencyList | undefined {
  const start = listStart(source.text);
  const items = start === undefined ? undefined : literals(source.text, start);
  if (start === undefined || !items) return undefined;
  const texts = items.map(({ start, end }) => source.text.slice(start + 1, end - 1));
  const named = new Map(texts.map((text) => [normalName(text), rangeOf(text)]));
  const add = (wanted: readonly Requirement[]): readonly Splice[] => [
    into(
      source,
      { start, items },
      wanted.map((each) => written(each, isPinned(named.values()))),
    ),
  ];
  return { source, group: 'runtime', named, add };
}

/** Where the inside of the list begins that is given, or of the variable that is. */
function listStart(text: string): number | undefined {
  const given = /\binstall_requires\s*=\s*(\[|[A-Za-z_]\w*\s*[,)])/.exec(text);
  if (!given) return undefined;
  const [all, value = ''] = given;
  if (value === '[') return given.index + all.length;
  const name = value.replace(/\s*[,)]$/, '');
  const assigned = new RegExp(`^${name}\\s*=\\s*\\[`, 'm').exec(text);
  return assigned ? assigned.index + assigned[0].length : undefined;
}

/** The strings up to the closing bracket; undefined where anything but strings stands there. */
function literals(text: string, start: number): Span[] | undefined {
  const items: Span[] = [];
  for (let at = start; at < text.length; ) {
    const rest = text.slice(at);
    const gap = /^(?:\s|,|#[^\n]*)+/.exec(rest)?.[0].length ?? 0;
    if (gap > 0) at += gap;
    else if (rest.startsWith(']')) return items;
    else {
      const length = string.exec(rest)?.[0].length;
      if (length === undefined) return undefined;
      items.push({ start: at, end: at + length });
      at += length;
    }
  }
  return undefined;
}

function into(source: Source, list: { start: number; items: readonly Span[] }, texts: readonly string[]): Splice {
  const { text } = source;
  const last = list.items.at(-1);
  if (!last) return { start: list.start, expected: '', insert: texts.map((each) => `"${each}"`).join(', ') };
  const quote = text[last.start] === "'" && !texts.some((each) => each.includes("'")) ? "'" : '"';
  return afterItem(
    source,
    last,
    texts.map((each) => quote + each + quote),
  );
}
