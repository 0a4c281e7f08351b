import type { Source } from '../source/text.ts';
import { noteAlias, noteAssignment, noteCondition, noteItem, noteLoop } from './bindings.ts';
import type { PyFunction, PyModule, Value } from './model.ts';
import { child, type PyNode, type PyTree, parts } from './node.ts';
import { findScopes, importedNames, lookup, type ModuleName, parameters } from './scopes.ts';
import { callOf, dotted, readValue } from './values.ts';
import { type Collecting, here, type Mutable, type Walk } from './walk.ts';

/** Reads a module; `name` is the dotted name under which it is imported. */
export function readModule(source: Source, tree: PyTree, name: string): PyModule {
  const isPackage = /(^|\/)__init__\.py$/.test(source.path);
  const module: ModuleName = { text: source.text, name, isPackage };
  const scopes = findScopes(tree.root, module);
  const into: Collecting = {
    text: source.text,
    calls: new Map(),
    module,
    scopes,
    imports: [],
    assigns: [],
    items: [],
    classes: [],
    functions: [],
    loops: [],
    conditions: [],
  };
  const scope = scopes.get(tree.root);
  if (!scope) throw new TypeError('A module without a scope.');
  const placed = { scope: '', step: tree.root, conditional: false };
  block(tree.root, { scope, placed, straight: true, typing: false, fn: undefined }, into);
  const { imports, assigns, items, classes, functions, loops, conditions } = into;
  const calls = [...into.calls.values()].sort((a, b) => a.start - b.start);
  return {
    path: source.path,
    name,
    source,
    imports,
    calls,
    assigns,
    items,
    classes,
    functions,
    loops,
    conditions,
    errors: tree.errors,
  };
}

function block(node: PyNode, at: Walk, into: Collecting): void {
  for (const statement of node.children) {
    if (!statement.named) continue;
    const step = { start: statement.start, end: statement.end };
    visit(statement, at.straight ? { ...at, placed: { ...at.placed, step } } : at, into);
  }
}

function inside(node: PyNode, at: Walk, into: Collecting): void {
  for (const each of node.children) if (each.named) visit(each, at, into);
}

function visit(node: PyNode, at: Walk, into: Collecting): void {
  if (node.children.length > 0) (readers.get(node.type) ?? inside)(node, at, into);
}

function branch(node: PyNode, at: Walk, into: Collecting): void {
  const condition = child(node, 'condition');
  const typing = node.type === 'if_statement' && /\bTYPE_CHECKING$/.test(condition ? dotted(condition, into.text) : '');
  if (node.type === 'for_statement') noteLoop(node, at, into);
  if (node.type === 'if_statement') noteCondition(node, at, into);
  const placed = { ...at.placed, conditional: true };
  inside(node, { ...at, placed, straight: false, typing: at.typing || typing }, into);
}

type Reader = (node: PyNode, at: Walk, into: Collecting) => void;

/** Takes note of a node, and goes on inside of it. */
function noted(note: (...found: Parameters<Reader>) => unknown): Reader {
  return (...found) => {
    note(...found);
    inside(...found);
  };
}

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>(
  Object.entries({
    if_statement: branch,
    for_statement: branch,
    while_statement: branch,
    try_statement: branch,
    match_statement: branch,
    block,
    import_statement: imported,
    import_from_statement: imported,
    future_import_statement: () => {},
    assignment: assigned,
    augmented_assignment: assigned,
    as_pattern: noted(noteAlias),
    named_expression: noted(noteAlias),
    elif_clause: noted(noteCondition),
    call: noted((node, at, into) => callOf(node, into, at)),
    subscript: noted((node, at, into) => noteItem(node, 'read', { at, into })),
    delete_statement: (node, at, into) => {
      const all = parts(node).flatMap((each) => (each.type === 'expression_list' ? parts(each) : [each]));
      for (const each of all) {
        if (each.type !== 'subscript') {
          visit(each, at, into);
          continue;
        }
        noteItem(each, 'delete', { at, into });
        inside(each, at, into);
      }
    },
    return_statement: (node, at, into) => {
      const value = parts(node)[0];
      if (value && at.fn) at.fn.returns = [...at.fn.returns, readValue(value, into, at)];
      inside(node, at, into);
    },
    function_definition: (node, at, into) => defined(node, at, { into, decorators: [] }),
    class_definition: (node, at, into) => defined(node, at, { into, decorators: [] }),
    decorated_definition: decorated,
  } satisfies Record<string, Reader>),
);

function imported(node: PyNode, at: Walk, into: Collecting): void {
  for (const { local, target, module } of importedNames(node, into.module))
    into.imports.push({ ...here(node, at), local, target, module, typing: at.typing });
}

function assigned(node: PyNode, at: Walk, into: Collecting): void {
  noteAssignment(node, at, into);
  const left = child(node, 'left');
  const right = child(node, 'right');
  if (left?.type === 'subscript') inside(left, at, into);
  if (right) visit(right, at, into);
}

function decorated(node: PyNode, at: Walk, into: Collecting): void {
  const decorators = parts(node).filter((each) => each.type === 'decorator');
  const definition = child(node, 'definition');
  const values = decorators.flatMap((each) => parts(each).map((value) => readValue(value, into, at)));
  for (const each of decorators) inside(each, at, into);
  if (definition) defined(definition, at, { into, decorators: values });
}

interface Decorated {
  readonly into: Collecting;
  readonly decorators: readonly Value[];
}

function defined(node: PyNode, at: Walk, { into, decorators }: Decorated): void {
  const scope = into.scopes.get(node);
  const body = child(node, 'body');
  const named = child(node, 'name');
  if (!scope || !body || !named) return;
  const common = {
    ...here(node, at),
    name: dotted(named, into.text),
    decorators,
    body: { start: body.start, end: body.end },
  };
  let fn: Mutable<PyFunction> | undefined;
  if (scope.kind === 'function') {
    fn = { ...common, params: parameters(node, into), defaults: defaultsOf(node, at, into), returns: [] };
    into.functions.push(fn);
  } else {
    const bases = parts(child(node, 'superclasses')).filter((each) => each.type !== 'keyword_argument');
    into.classes.push({ ...common, bases: bases.map((each) => lookup(at.scope, dotted(each, into.text))) });
  }
  for (const each of node.children)
    if (each.named && each.field !== 'body' && each.field !== 'name') visit(each, at, into);
  const placed = { scope: scope.qualname, step: body, conditional: false };
  block(body, { scope, placed, straight: true, typing: at.typing, fn: fn ?? at.fn }, into);
}

function defaultsOf(node: PyNode, at: Walk, into: Collecting): Record<string, Value> {
  const found: Record<string, Value> = {};
  for (const param of parts(child(node, 'parameters'))) {
    const name = child(param, 'name');
    const value = child(param, 'value');
    if (name && value) found[dotted(name, into.text)] = readValue(value, into, at);
  }
  return found;
}
