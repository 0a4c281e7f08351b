import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments } from 'yaml';
import type { Source } from '../source/text.ts';
import type { Files } from './facts.ts';

/** A value of YAML with its offset. */
export interface Yaml {
  readonly start: number;
  /** The text of a scalar. */
  readonly text?: string;
  readonly entries: readonly YamlEntry[];
  readonly items: readonly Yaml[];
}

export interface YamlEntry {
  readonly key: string;
  readonly start: number;
  readonly value: Yaml;
}

const nothing: Yaml = { start: 0, entries: [], items: [] };

/** The documents of a file; one that is no YAML, such as a template of Helm, is noted as unread. */
export function readYaml(files: Files, source: Source): Yaml[] {
  const documents = parseAllDocuments(source.text, { merge: true, logLevel: 'silent', uniqueKeys: false });
  if (!Array.isArray(documents)) return [];
  const broken = documents.find(({ errors }) => errors.length > 0);
  if (broken) {
    const line = broken.errors[0]?.linePos?.[0].line ?? 1;
    files.unread(source.path, `not valid YAML in line ${line}`);
    return [];
  }
  return documents.map((document) => plain(document.contents, document, 0));
}

function plain(node: unknown, document: Document, depth: number): Yaml {
  // Anchors can be nested into each other without end.
  if (depth > 40 || !node) return nothing;
  const found = isAlias(node) ? node.resolve(document) : (node as Node);
  const start = (node as Node).range?.[0] ?? 0;
  if (isScalar(found)) return { ...nothing, start, text: found.value === null ? '' : String(found.value) };
  if (isSeq(found)) return { ...nothing, start, items: found.items.map((each) => plain(each, document, depth + 1)) };
  if (isMap(found)) return { ...nothing, start, entries: found.items.flatMap((pair) => entry(pair, document, depth)) };
  return { ...nothing, start };
}

function entry({ key, value }: { key: unknown; value: unknown }, document: Document, depth: number): YamlEntry[] {
  const name = isScalar(key) ? String(key.value) : '';
  const read = plain(value, document, depth + 1);
  // What is merged in with << counts where the map itself says nothing.
  if (name === '<<') return read.items.length > 0 ? read.items.flatMap(({ entries }) => entries) : [...read.entries];
  return [{ key: name, start: (key as Node).range?.[0] ?? read.start, value: read }];
}

/** What stands below a path of keys; the last of equal keys counts. */
export function at(yaml: Yaml | undefined, ...path: readonly string[]): Yaml | undefined {
  let found = yaml;
  for (const key of path) found = found?.entries.findLast((each) => each.key === key)?.value;
  return found;
}

/** The texts of a list, or of a single scalar. */
export function texts(yaml: Yaml | undefined): string[] {
  if (!yaml) return [];
  return yaml.text === undefined ? yaml.items.flatMap(({ text }) => text ?? []) : [yaml.text];
}
