import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { insertAfter } from '../../src/python/edits.ts';
import { ensureImport } from '../../src/python/ensure-import.ts';
import { loadPython } from '../../src/python/parser.ts';
import { readModule } from '../../src/python/read.ts';
import { applySplices, type Splice } from '../../src/source/splice.ts';
import { sourceOf } from '../../src/source/text.ts';
import { python } from '../support/python.ts';

const parse = await loadPython();

/** Compares each pair: the new tree without the inserted nodes must be the old one. */
const oracle = `
import ast, json, sys, warnings
warnings.simplefilter("ignore")
class Strip(ast.NodeTransformer):
    found = 0
    def visit_ImportFrom(self, node):
        kept = [a for a in node.names if a.name != "DewarMark"]
        self.found += len(node.names) - len(kept)
        node.names = kept
        return node if kept else None
    def visit_Expr(self, node):
        if isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "dewar_mark":
            self.found += 1
            return None
        return self.generic_visit(node)
bad, edits = [], 0
for name, old, new, count in json.load(sys.stdin):
    try: before = ast.parse(old.encode())  # bytes: in a str, a byte order mark is an error
    except (SyntaxError, ValueError): continue
    edits += count
    try:
        strip = Strip()
        after = strip.visit(ast.parse(new.encode()))
        if strip.found != count or ast.dump(after) != ast.dump(before): bad.append(name)
    except SyntaxError as error: bad.append(f"{name}: {error}")
print(json.dumps({"bad": bad, "edits": edits}))
`;

const variants: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'Windows line ends': (text) => text.replace(/\r?\n/g, '\r\n'),
  'byte order mark': (text) => `\ufeff${text}`,
  'no last line end': (text) => text.trimEnd(),
  tabs: (text) => text.replace(/^(?: {4})+/gm, (indent) => '\t'.repeat(indent.length / 4)),
};

type Pair = readonly [name: string, before: string, after: string, inserted: number];

function edited(name: string, text: string): Pair[] {
  const source = sourceOf(name, text);
  const file = { source, tree: parse(text) };
  const module = readModule(source, file.tree, 'm');
  const imported = ensureImport(file, 'm', {
    module: module.imports.find((each) => each.module && each.scope === '')?.module ?? 'x',
    name: 'DewarMark',
  });
  const pairs: Pair[] = [[`${name} import`, text, applySplices(source, imported.splices), 1]];
  const calls = module.calls.filter((call) => call.scope !== '').slice(0, 8);
  const splices: Splice[] = [];
  for (const call of calls) {
    const edit = insertAfter(file, call.step, { lines: ['dewar_mark()'] });
    // The end of a block and of its last statement are one place: what goes there is a matter of order.
    if ('splice' in edit && splices.every(({ start }) => start !== edit.splice.start)) splices.push(edit.splice);
  }
  if (splices.length > 0) pairs.push([`${name} call`, text, applySplices(source, splices), splices.length]);
  return pairs;
}

/** Every module of the standard library with its tests, but for those of others and the largest. */
function standardLibrary(): { name: string; text: string }[] {
  const library = execFileSync(python, ['-c', 'import sysconfig; print(sysconfig.get_path("stdlib"))'], {
    encoding: 'utf8',
  }).trim();
  const names = readdirSync(library, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.py') && !/(^|[\\/])site-packages[\\/]/.test(name))
    .sort()
    .flatMap((name) => {
      const bytes = readFileSync(join(library, name));
      const text = bytes.toString('utf8');
      return bytes.length > 60_000 || text.includes('\ufffd') ? [] : [{ name, text }];
    });
}

describe('edits of the standard library', () => {
  const files = standardLibrary();
  const names = Object.keys(variants);
  let edits = 0;

  it.each(names)('give the old tree and what was inserted: %s', { timeout: 300_000 }, (variant) => {
    // Each variant takes other files, so that all of them are seen, twice.
    const own = files.filter((_, index) => [0, 2].includes((index + names.indexOf(variant)) % names.length));
    const pairs = own.flatMap(({ name, text }) => edited(name, variants[variant]?.(text) ?? text));
    const said = execFileSync(python, ['-c', oracle], {
      input: JSON.stringify(pairs),
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    const seen = JSON.parse(said) as { bad: string[]; edits: number };
    expect(seen.bad).toEqual([]);
    // What Python itself cannot read is not counted: the library keeps a few such files for its tests.
    expect(seen.edits).toBeGreaterThan(1500);
    edits += seen.edits;
  });

  it('were more than ten thousand', () => {
    expect(edits).toBeGreaterThan(10_000);
  });
});
