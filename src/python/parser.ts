import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { type Cursor, cursors, type TreeSitterModule } from './cursor.ts';
import type { PyNode, PyTree } from './node.ts';

/** Parses Python; synchronous once loaded. */
export type ParsePython = (text: string) => PyTree;

let loading: Promise<ParsePython> | undefined;

/** Loads the parser, once; `files` is how many it will about have to parse. */
export function loadPython(files = 0): Promise<ParsePython> {
  loading ??= load(files);
  return loading;
}

/**
 * Below some 500 files of usual size (measured at 60,000 lines) the optimised parser costs more to compile than it saves.
 * Other versions of V8 might not know the flag and would say so on the terminal.
 */
function compileOnce(files: number): void {
  if (files < 500 && /^v2[0-4]\./.test(process.version)) setFlagsFromString('--liftoff-only');
}

/** Path of a WebAssembly file: beside the bundle, else in the package that brings it. */
function wasmPath(file: string, from: string): string {
  const beside = fileURLToPath(new URL(file, import.meta.url));
  return existsSync(beside) ? beside : createRequire(import.meta.url).resolve(`${from}/${file}`);
}

async function load(files: number): Promise<ParsePython> {
  compileOnce(files);
  const { Language, Parser } = await import('web-tree-sitter');
  const module = { locateFile: () => wasmPath('web-tree-sitter.wasm', 'web-tree-sitter') };
  await Parser.init(module);
  const language = await Language.load(readFileSync(wasmPath('tree-sitter-python.wasm', 'tree-sitter-python')));
  const cursorOf = cursors(module as typeof module & TreeSitterModule, language);
  const parser = new Parser().setLanguage(language);
  return (text) => {
    const tree = parser.parse(text);
    if (!tree) throw new TypeError('The Python parser gave no tree.');
    try {
      return plain(cursorOf(tree), text);
    } finally {
      tree.delete();
    }
  };
}

interface Growing extends Omit<PyNode, 'children'> {
  readonly parent: Growing | undefined;
  children: Growing[];
  readonly depth: number;
}

/** Python refuses code that is nested a tenth as deep; what reads the tree calls itself for each level. */
const deepest = 1_000;

/** Most nodes have nothing inside. */
const none: Growing[] = [];

function plain(cursor: Cursor, text: string): PyTree {
  const errors: { start: number; end: number }[] = [];
  const enter = (parent: Growing | undefined): Growing => {
    const node = nodeAt(cursor, parent);
    if (parent?.children === none) parent.children = [node];
    else parent?.children.push(node);
    if (node.type === 'ERROR' || node.depth === deepest || (node.start === node.end && cursor.missing()))
      errors.push({ start: node.start, end: node.end });
    return node;
  };
  const root = enter(undefined);
  let node = root;
  for (;;) {
    if (hasInside(node, text) && cursor.down()) {
      node = enter(node);
      continue;
    }
    while (!cursor.along()) {
      if (!node.parent || !cursor.up()) {
        cursor.close();
        return { root, errors };
      }
      node = node.parent;
    }
    node = enter(node.parent);
  }
}

function nodeAt(cursor: Cursor, parent: Growing | undefined): Growing {
  const { name, named } = cursor.kind();
  return {
    type: name,
    field: cursor.field(),
    start: cursor.start(),
    end: cursor.end(),
    named,
    parent,
    depth: (parent?.depth ?? 0) + 1,
    children: none,
  };
}

/** Named nodes without children; the others without are words and signs, which have no name of their own. */
const leaves = new Set(['identifier', 'integer', 'float', 'true', 'false', 'none', 'comment', 'ellipsis']);

/** Each question to the parser costs, so those are left out whose answer is known; of strings, only those with expressions matter. */
function hasInside({ type, named, start, end, depth }: Growing, text: string): boolean {
  if (!named || depth >= deepest || leaves.has(type)) return false;
  return type !== 'string' || /^[a-z]*[ft]/i.test(text.slice(start, Math.min(end, start + 3)));
}
