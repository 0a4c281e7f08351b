import type { Splice } from '../source/splice.ts';
import { indentAt, lineEnd, lineStart, type Source } from '../source/text.ts';
import type { PyFile } from './edits.ts';
import { child, type PyNode, parts } from './node.ts';
import { absolute, importedNames } from './scopes.ts';

/** `from module import name as alias`, or `import module` where there is no name. */
export interface Wanted {
  /** Absolute dotted name. */
  readonly module: string;
  readonly name?: string;
  readonly alias?: string;
  /** How the module is written where a new statement is needed; relative for an app's own modules. */
  readonly written?: string;
}

/** The name under which the import is there, and what has to be inserted for it. */
export interface Imported {
  readonly local: string;
  readonly splices: readonly Splice[];
}

/** Makes sure of an import at the top of a module; an existing one is used under the name that it has. */
export function ensureImport(file: PyFile, moduleName: string, wanted: Wanted): Imported {
  const isPackage = /(^|\/)__init__\.py$/.test(file.source.path);
  const module = { text: file.source.text, name: moduleName, isPackage };
  const target = wanted.name === undefined ? wanted.module : `${wanted.module}.${wanted.name}`;
  const top = parts(file.tree.root);
  const imports = top.filter((node) => /^import_(from_)?statement$/.test(node.type));
  for (const node of imports) {
    const known = importedNames(node, module).find((each) => each.target === target && each.local !== '*');
    if (known) return { local: known.local, splices: [] };
  }
  const local = wanted.alias ?? wanted.name ?? wanted.module;
  // What stands below other code, such as views at the end of a package, is imported too late for that code.
  const same = headImports(file).filter((node) => {
    const from = child(node, 'module_name');
    return from && absolute(file.source.text.slice(from.start, from.end), module) === wanted.module;
  });
  const merged =
    wanted.name === undefined || same.length > 1
      ? undefined
      : merge(file.source, same[0], withAlias(wanted.name, wanted.alias));
  return { local, splices: [merged ?? added(file, wanted, same.at(-1))] };
}

function withAlias(name: string, alias: string | undefined): string {
  return alias === undefined || alias === name ? name : `${name} as ${alias}`;
}

/** Adds a name to a `from` import, where the alphabet puts it. */
function merge(source: Source, node: PyNode | undefined, name: string): Splice | undefined {
  const names = node?.children.filter((each) => each.field === 'name') ?? [];
  const last = names.at(-1);
  if (!node || !last || node.children.some((each) => each.type === 'wildcard_import')) return undefined;
  const written = (each: PyNode): string => source.text.slice(each.start, each.end).toLowerCase();
  const next = names.find((each) => written(each) > name.toLowerCase());
  const beside = next ?? last;
  // Without brackets, a line break would end the statement.
  const bracketed = node.children.some((each) => each.type === '(');
  const own = bracketed && source.text.slice(lineStart(source, beside.start), beside.start).trim() === '';
  const gap = own ? source.eol + indentAt(source, beside.start) : ' ';
  if (next) return { start: next.start, expected: '', insert: `${name},${gap}` };
  if (own && /^,?[ \t]*#/.test(source.text.slice(last.end)))
    return { start: last.start, expected: '', insert: `${name},${gap}` };
  return { start: last.end, expected: '', insert: `,${gap}${name}` };
}

/** A new statement: beside its own kind, else behind the imports, the docstring or the leading comments. */
function added(file: PyFile, wanted: Wanted, same: PyNode | undefined): Splice {
  const written = wanted.written ?? wanted.module;
  const line =
    wanted.name === undefined
      ? `import ${wanted.module}${wanted.alias === undefined ? '' : ` as ${wanted.alias}`}`
      : `from ${written} import ${withAlias(wanted.name, wanted.alias)}`;
  const { source, tree } = file;
  const header = headImports(file);
  const near: Neighbour | undefined =
    same === undefined ? neighbour(header, source, { line, wanted }) : { side: 'after', node: same };
  if (!near) return first(source, tree.root, line);
  if (near.side === 'before') return before(source, near.node, line);
  const section = written.startsWith('.') && !/^from\s+\./.test(source.text.slice(near.node.start)) ? source.eol : '';
  return behind(source, near.node, { line, section });
}

/** The imports at the head of a module, which docstring, `__future__` and guarded imports do not end. */
function headImports({ source, tree }: PyFile): PyNode[] {
  const imports: PyNode[] = [];
  for (const [index, node] of parts(tree.root).entries()) {
    const plain = /^import_(from_)?statement$/.test(node.type);
    const guarded =
      /^(if|try)_statement$/.test(node.type) && /\bimport\b/.test(source.text.slice(node.start, node.end));
    if (plain) imports.push(node);
    else if (!guarded && node.type !== 'future_import_statement' && !isDocstring(node, index)) break;
  }
  return imports;
}

function isDocstring(node: PyNode, index: number): boolean {
  return index === 0 && node.type === 'expression_statement' && /string$/.test(parts(node)[0]?.type ?? '');
}

interface Neighbour {
  readonly side: 'before' | 'after';
  readonly node: PyNode;
}

/** Own modules go last; others stand with the imports of their family, by the alphabet. */
function neighbour(
  header: readonly PyNode[],
  source: Source,
  { line, wanted }: { line: string; wanted: Wanted },
): Neighbour | undefined {
  const [top] = header;
  const bottom = header.at(-1);
  if (!top || !bottom) return undefined;
  if (wanted.written?.startsWith('.')) return { side: 'after', node: bottom };
  const text = (node: PyNode): string => source.text.slice(node.start, node.end);
  const kin = header.filter((node) => family(text(node)) === family(line));
  const earlier = kin.findLast((node) => rank(text(node)) < rank(line));
  if (earlier) return { side: 'after', node: earlier };
  const before = kin[0] ?? (wanted.name === undefined ? top : undefined);
  if (before) return { side: 'before', node: before };
  const foreign = header.findLast((node) => !text(node).startsWith('from .'));
  return foreign ? { side: 'after', node: foreign } : { side: 'before', node: top };
}

function moduleOf(statement: string): string {
  return /^(?:from|import)\s+([\w.]+)/.exec(statement)?.[1] ?? '';
}

/** `flask` for all of `flask`, `flask_wtf` and `flask_login`. */
function family(statement: string): string {
  return (/^[a-z]+/i.exec(moduleOf(statement))?.[0] ?? '').toLowerCase();
}

function rank(statement: string): string {
  return `${statement.startsWith('import') ? 0 : 1} ${moduleOf(statement)} ${statement}`.toLowerCase();
}

function before(source: Source, node: PyNode, line: string): Splice {
  return { start: lineStart(source, node.start), expected: '', insert: line + source.eol };
}

/** `section` is an empty line before the first import of the app's own modules. */
function behind(source: Source, node: PyNode, { line, section }: { line: string; section: string }): Splice {
  const start = lineEnd(source, node.end);
  const continued = source.text.slice(node.start, start).trimEnd().endsWith('\\') || source.text[node.end] === '\\';
  return continued ? before(source, node, line) : { start, expected: '', insert: section + source.eol + line };
}

/** The first import of a module. */
function first(source: Source, root: PyNode, line: string): Splice {
  const { text, eol } = source;
  const top = parts(root);
  const intro = top.findLast((node, index) => node.type === 'future_import_statement' || isDocstring(node, index));
  if (intro)
    return {
      start: lineEnd(source, intro.end),
      expected: '',
      insert: `${eol}${intro.type === 'future_import_statement' ? '' : eol}${line}`,
    };
  const code = top[0];
  if (code) return { start: lineStart(source, code.start), expected: '', insert: `${line}${eol}${eol}` };
  const ended = text === '' || text === '\ufeff' || text.endsWith('\n');
  return { start: text.length, expected: '', insert: `${ended ? '' : eol}${line}${eol}` };
}
