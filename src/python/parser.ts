import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Tree, TreeCursor } from 'web-tree-sitter';
import type { PyNode, PyTree } from './node.ts';

/** Parses Python; synchronous once loaded. */
export type ParsePython = (text: string) => PyTree;

let loading: Promise<ParsePython> | undefined;

/** Loads the parser, once. */
export function loadPython(): Promise<ParsePython> {
  loading ??= load();
  return loading;
}

/** Path of a WebAssembly file: beside the bundle, else in the package that brings it. */
function wasmPath(file: string, from: string): string {
  const beside = fileURLToPath(new URL(file, import.meta.url));
  return existsSync(beside) ? beside : createRequire(import.meta.url).resolve(`${from}/${file}`);
}

async function load(): Promise<ParsePython> {
  const { Language, Parser } = await import('web-tree-sitter');
  await Parser.init({ locateFile: () => wasmPath('web-tree-sitter.wasm', 'web-tree-sitter') });
  const language = await Language.load(readFileSync(wasmPath('tree-sitter-python.wasm', 'tree-sitter-python')));
  const parser = new Parser().setLanguage(language);
  return (text) => {
    const tree = parser.parse(text);
    if (!tree) throw new TypeError('The Python parser gave no tree.');
    try {
      return plain(tree, text);
    } finally {
      tree.delete();
    }
  };
}

interface Growing extends PyNode {
  readonly parent: Growing | undefined;
  readonly depth: number;
}

/** Python refuses code that is nested a tenth as deep; what reads the tree calls itself for each level. */
const deepest = 1_000;

function plain(tree: Tree, text: string): PyTree {
  const cursor = tree.walk();
  const broken = tree.rootNode.hasError;
  const errors: { start: number; end: number }[] = [];
  const enter = (parent: Growing | undefined): Growing => {
    const node = nodeAt(cursor, parent);
    parent?.children.push(node);
    const wrong = broken && (node.type === 'ERROR' || cursor.nodeIsMissing);
    if (wrong || node.depth === deepest) errors.push({ start: node.start, end: node.end });
    return node;
  };
  const root = enter(undefined);
  let node: Growing = root;
  for (;;) {
    if (hasInside(node, text) && cursor.gotoFirstChild()) {
      node = enter(node);
      continue;
    }
    while (!cursor.gotoNextSibling()) {
      if (!node.parent || !cursor.gotoParent()) {
        cursor.delete();
        return { root, errors };
      }
      node = node.parent;
    }
    node = enter(node.parent);
  }
}

function nodeAt(cursor: TreeCursor, parent: Growing | undefined): Growing {
  return {
    type: cursor.nodeType,
    field: cursor.currentFieldName ?? undefined,
    start: cursor.startIndex,
    end: cursor.endIndex,
    named: cursor.nodeIsNamed,
    parent,
    depth: (parent?.depth ?? 0) + 1,
    children: [],
  };
}

/** Named nodes without children; the others without are words and signs, which have no name of their own. */
const leaves = new Set(['identifier', 'integer', 'float', 'true', 'false', 'none', 'comment', 'ellipsis']);

/** Each question to the parser costs, so those are left out whose answer is known; of strings, only those with expressions matter. */
function hasInside({ type, named, start, end, depth }: Growing, text: string): boolean {
  if (!named || depth >= deepest || leaves.has(type)) return false;
  return type !== 'string' || /^[a-z]*[ft]/i.test(text.slice(start, Math.min(end, start + 3)));
}
