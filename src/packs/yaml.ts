import { type Document, isAlias, isMap, isNode, isPair, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { type Contents, textOf } from './contents.ts';
import { fault } from './fault.ts';
import type { Reader } from './schema.ts';

/**
 * Reads a YAML file of a pack by its schema.
 * @throws DewarError with file and line where it is no YAML, uses aliases or tags, or does not fit.
 */
export function readYaml<T>(contents: Contents, file: string, reader: Reader<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(textOf(contents, file), { lineCounter: lines, merge: false, version: '1.2' });
  const lineOf = (node: unknown): number => lines.linePos((isNode(node) ? node.range?.[0] : undefined) ?? 0).line || 1;
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) {
    const line = lines.linePos(problem.pos[0]).line || 1;
    throw fault({ file, line }, problem.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '');
  }
  visit(document, {
    Alias: (_, node) => {
      throw fault({ file, line: lineOf(node) }, 'aliases are not read here; write the value out');
    },
  });
  const value = document.toJS({ mapAsMap: true });
  return reader(value, { file, path: [], lineOf: (path) => lineOf(nodeAt(document, path)) });
}

/** The key that leads to a value, since the value may stand on a later line; the item of a list itself. */
function nodeAt(document: Document, path: readonly (string | number)[]): Node | null | undefined {
  const last = path.at(-1);
  if (last === undefined) return document.contents;
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isPair(item) && String((item.key as { value?: unknown }).value) === last);
    if (pair && isNode(pair.key)) return pair.key;
  }
  const node = document.getIn(path, true);
  return isNode(node) && !isAlias(node) ? node : isNode(parent) ? parent : document.contents;
}
