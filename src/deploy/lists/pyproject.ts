import type { Splice } from '../../source/splice.ts';
import type { Source, Span } from '../../source/text.ts';
import { normalName, type Requirement, rangeOf, versionsOf, written } from '../requirement.ts';
import { afterItem } from './after-item.ts';
import { type DependencyList, groupOf, isPinned } from './list.ts';
import { isPath, itemsOf, readToml, stringAt, type TomlEntry, type TomlTable, type TomlText } from './toml.ts';

/** Every list of dependencies in a pyproject.toml: PEP 621, PEP 735, Poetry, PDM and uv. */
export function pyprojectLists(source: Source): DependencyList[] {
  const toml = readToml(source.text);
  if (!toml) return [];
  const arrays = toml.entries.flatMap((entry) => {
    const group = arrayGroup(entry.path);
    return group && source.text[entry.value.start] === '[' ? [arrayList(source, entry.value, group)] : [];
  });
  const tables = toml.tables.flatMap((table) => {
    const group = tableGroup(table.path);
    return group ? [tableList(source, toml, { table, group, constraint: poetryConstraint })] : [];
  });
  const missing = withoutList(toml);
  return [...(missing ? [newArray(source, missing)] : []), ...arrays, ...tables];
}

/** The lists of a Pipfile. */
export function pipfileLists(source: Source): DependencyList[] {
  const toml = readToml(source.text);
  return (toml?.tables ?? []).flatMap((table) => {
    const group = isPath(table.path, 'packages')
      ? 'runtime'
      : isPath(table.path, 'dev-packages')
        ? 'development'
        : undefined;
    return group && toml ? [tableList(source, toml, { table, group, constraint: (range) => range || '*' })] : [];
  });
}

/** True where a build computes the dependencies: they stand in another file then. */
export function isDynamic(source: Source): boolean {
  const dynamic = readToml(source.text)?.entries.find(({ path }) => isPath(path, 'project', 'dynamic'));
  if (!dynamic) return false;
  return itemsOf(source.text, dynamic.value).some((item) => stringAt(source.text, item) === 'dependencies');
}

function arrayGroup(path: readonly string[]): DependencyList['group'] | undefined {
  const [first, second, third, name = ''] = path;
  if (isPath(path, 'project', 'dependencies')) return 'runtime';
  if (first === 'project' && second === 'optional-dependencies') return groupOf(third ?? '');
  if (first === 'dependency-groups' && path.length === 2) return groupOf(second ?? '');
  if (isPath(path, 'tool', 'uv', 'dev-dependencies')) return 'development';
  return first === 'tool' && second === 'pdm' && third === 'dev-dependencies' && name ? 'development' : undefined;
}

function tableGroup(path: readonly string[]): DependencyList['group'] | undefined {
  if (isPath(path, 'tool', 'poetry', 'dependencies')) return 'runtime';
  if (isPath(path, 'tool', 'poetry', 'dev-dependencies')) return 'development';
  const [tool, poetry, group, name = '', dependencies] = path;
  const grouped = tool === 'tool' && poetry === 'poetry' && group === 'group' && dependencies === 'dependencies';
  return grouped && path.length === 5 ? groupOf(name) : undefined;
}

function arrayList(source: Source, value: Span, group: DependencyList['group']): DependencyList {
  const items = itemsOf(source.text, value);
  const texts = items.flatMap((item) => stringAt(source.text, item) ?? []);
  const named = new Map(texts.map((text) => [normalName(text), rangeOf(text)]));
  const add = (wanted: readonly Requirement[]): readonly Splice[] => [
    intoArray(
      source,
      { value, items },
      wanted.map((each) => written(each, isPinned(named.values()))),
    ),
  ];
  return { source, group, named, add };
}

/** After the last item; an empty array gets a line for each. */
function intoArray(
  source: Source,
  { value, items }: { value: Span; items: readonly Span[] },
  texts: readonly string[],
): Splice {
  const { text, eol } = source;
  const last = items.at(-1);
  const quoted = texts.map((each) => inQuotes(each, last && text[last.start] === "'" ? "'" : '"'));
  if (last) return afterItem(source, last, quoted);
  const ended = text.slice(value.start, value.end).includes('\n') ? '' : eol;
  return { start: value.start + 1, expected: '', insert: quoted.map((each) => `${eol}    ${each},`).join('') + ended };
}

function inQuotes(text: string, quote: '"' | "'"): string {
  return text.includes(quote) && quote === "'" ? `"${text}"` : `${quote}${text}${quote}`;
}

/** The table `[project]` of a project that names no dependencies at all. */
function withoutList({ entries, tables }: TomlText): TomlTable | undefined {
  const table = tables.find(({ path }) => isPath(path, 'project'));
  const listed = entries.some(({ path }) => isPath(path, 'project', 'dependencies') || path[1] === 'dynamic');
  const elsewhere = tables.some(({ path }) => tableGroup(path) === 'runtime');
  return listed || elsewhere ? undefined : table;
}

function newArray(source: Source, table: TomlTable): DependencyList {
  const { eol } = source;
  const add = (wanted: readonly Requirement[]): readonly Splice[] => {
    const lines = wanted.map((each) => `    "${written(each, false)}",${eol}`).join('');
    return [{ start: table.end, expected: '', insert: `${eol}dependencies = [${eol}${lines}]` }];
  };
  return { source, group: 'runtime', named: new Map(), add };
}

interface KeyedTable {
  readonly table: TomlTable;
  readonly group: DependencyList['group'];
  /** How the tool writes a range. */
  readonly constraint: (range: string) => string;
}

/** A table with one package a key, as Poetry and Pipenv have them. */
function tableList(source: Source, toml: TomlText, { table, group, constraint }: KeyedTable): DependencyList {
  const entries = toml.entries.filter(({ path }) => isPath(path.slice(0, -1), ...table.path));
  const named = new Map(entries.map((entry) => [normalName(entry.path.at(-1) ?? ''), versionOf(source, entry)]));
  const ranges = [...named].filter(([name]) => name !== 'python').map(([, range]) => poetryExact(range));
  const carets = ranges.filter((range) => range.startsWith('^')).length * 2 > ranges.length;
  const add = (wanted: readonly Requirement[]): readonly Splice[] => {
    const versions = (each: Requirement): string => constraint(versionsOf(each, isPinned(ranges)));
    const lines = wanted.map((each) => source.eol + keyed(each, carets ? caret(versions(each)) : versions(each)));
    const beside = /^[ \t]*#[^\r\n]*/.exec(source.text.slice(table.end))?.[0] ?? '';
    return [{ start: table.end, expected: beside, insert: beside + lines.join('') }];
  };
  return { source, group, named, add };
}

/** A bare version is an exact one for Poetry. */
function poetryExact(range: string): string {
  return /^\d[\w.]*$/.test(range) ? `==${range}` : range;
}

/** `>=1.2,<2` as Poetry's users write it. */
function caret(range: string): string {
  const [, low = '', first = '', next = ''] = /^>=((\d+)(?:\.\d+)*),<(\d+)$/.exec(range) ?? [];
  return low !== '' && first !== '0' && Number(next) === Number(first) + 1 ? `^${low}` : range;
}

function poetryConstraint(range: string): string {
  return range === '' ? '*' : range.replace(/^==/, '');
}

function keyed({ name, extras, marker }: Requirement, versions: string): string {
  if (extras.length === 0 && marker === undefined) return `${name} = "${versions}"`;
  const parts = [
    `version = "${versions}"`,
    ...(extras.length > 0 ? [`extras = [${extras.map((each) => `"${each}"`).join(', ')}]`] : []),
    ...(marker === undefined ? [] : [`markers = "${marker}"`]),
  ];
  return `${name} = {${parts.join(', ')}}`;
}

function versionOf({ text }: Source, { value }: TomlEntry): string {
  const plain = stringAt(text, value);
  if (plain !== undefined) return plain.replace(/\s+/g, '');
  return /\bversion\s*=\s*["']([^"']*)["']/.exec(text.slice(value.start, value.end))?.[1]?.replace(/\s+/g, '') ?? '';
}
