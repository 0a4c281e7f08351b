import type { Splice } from '../../source/splice.ts';
import type { Source } from '../../source/text.ts';
import { normalName, type Requirement, rangeOf, written } from '../requirement.ts';
import { type DependencyList, groupOf, isPinned } from './list.ts';

interface Line {
  readonly text: string;
  readonly start: number;
}

/** The list of a requirements file that is kept by hand; undefined for one that a tool writes. */
export function requirementsList(source: Source): DependencyList | undefined {
  if (writtenBy(source) !== undefined) return undefined;
  const lines = linesOf(source.text);
  const own = lines.filter(({ text }) => /^[A-Za-z0-9]/.test(text) && !/^[\w+.-]+:\/\//.test(text));
  const named = new Map(own.map(({ text }) => [normalName(text), rangeOf(text)]));
  const capitals = own.some(({ text }) => /^(Flask|Werkzeug|Jinja2|SQLAlchemy|MarkupSafe|WTForms)\b/.test(text));
  const add = (wanted: readonly Requirement[]): readonly Splice[] => {
    const exact = isPinned(named.values());
    const texts = wanted.map((each) => written(capitals ? each : { ...each, name: each.name.toLowerCase() }, exact));
    return isSorted(own) ? inOrder(source, own, texts) : [atEnd(source, texts)];
  };
  return { source, group: groupOf(source.path), named, includes: included(source, lines), add };
}

/** The command that writes a requirements file, as its head says; empty where the head names none. */
export function writtenBy({ text }: Source): string | undefined {
  const start = text.slice(0, 1500);
  const head = /^#.*(auto-?generated|pip-compile|uv pip compile|uv export|pdm export|poetry export)/im.test(start);
  if (!head) return /^\s+--hash=/m.test(text) ? '' : undefined;
  const command =
    /^#\s+((?:\w+=\S+\s+)*(?:pip-compile|uv|pdm|poetry|pipenv|python|make|tox|nox|hatch|\.\/|scripts\/).*)$/m;
  return command.exec(start)?.[1]?.trim() ?? '';
}

/** Lines with what follows on continued ones; comments and empty ones are left out. */
function linesOf(text: string): Line[] {
  const found = text.matchAll(/(?:[^\r\n\\]|\\(?:\r?\n|[^\r\n]))+/g);
  return [...found].flatMap(({ 0: all, index }) => {
    const start = index + all.length - all.replace(/^[\s\ufeff]+/, '').length;
    const line = all.trim().replace(/^\ufeff/, '');
    return line === '' || line.startsWith('#') ? [] : [{ text: line, start }];
  });
}

/** Paths of `-r`, relative to the root. */
function included({ path }: Source, lines: readonly Line[]): string[] {
  const folder = path.split('/').slice(0, -1);
  return lines.flatMap(({ text }) => {
    const [, named] = /^(?:-r|--requirement)[\s=]*(\S+)/.exec(text) ?? [];
    return named === undefined ? [] : [inFolder(folder, named)];
  });
}

function inFolder(folder: readonly string[], path: string): string {
  const parts = [...folder];
  for (const each of path.split('/')) {
    if (each === '..') parts.pop();
    else if (each !== '.' && each !== '') parts.push(each);
  }
  return parts.join('/');
}

function isSorted(lines: readonly Line[]): boolean {
  const names = lines.map(({ text }) => normalName(text));
  return names.length > 3 && names.every((name, index) => index === 0 || (names[index - 1] ?? '') <= name);
}

/** Each before the first one that comes after it in the alphabet. */
function inOrder(source: Source, lines: readonly Line[], texts: readonly string[]): Splice[] {
  const late: string[] = [];
  const early = [...texts].sort().flatMap((text): Splice[] => {
    const next = lines.find((line) => normalName(line.text) > normalName(text));
    if (next) return [{ start: next.start, expected: '', insert: text + source.eol }];
    late.push(text);
    return [];
  });
  return late.length > 0 ? [...early, atEnd(source, late)] : early;
}

/** A file that ends without a line end goes on doing so. */
function atEnd(source: Source, texts: readonly string[]): Splice {
  const { text, eol } = source;
  const ended = /^\ufeff?$/.test(text) || text.endsWith('\n');
  const insert = texts.map((each) => each + eol).join('');
  return { start: text.length, expected: '', insert: ended ? insert : eol + insert.slice(0, -eol.length) };
}
