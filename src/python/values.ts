import { readNumber, readString } from './literals.ts';
import type { DictEntry, Placed, PyArg, PyCall, Value } from './model.ts';
import { child, type PyNode, parts } from './node.ts';
import { lookup, type Scope } from './scopes.ts';

/** What an expression is read with; each call is read once. */
export interface Reading {
  readonly text: string;
  readonly calls: Map<PyNode, PyCall>;
}

/** Where an expression stands. */
export interface Where {
  readonly scope: Scope;
  readonly placed: Omit<Placed, 'start' | 'end'>;
}

interface Inner {
  readonly reading: Reading;
  readonly where: Where;
  readonly read: (node: PyNode) => Value;
}

/** The expression of a node. */
export function readValue(node: PyNode, reading: Reading, where: Where): Value {
  const inner: Inner = { reading, where, read: (each) => readValue(each, reading, where) };
  return (readers[node.type] ?? other)(node, inner);
}

type Reader = (node: PyNode, inner: Inner) => Value;

const readers: Readonly<Record<string, Reader>> = {
  string: formatted,
  integer: constant,
  float: constant,
  true: constant,
  false: constant,
  none: constant,
  concatenated_string: formatted,
  binary_operator: operation,
  comparison_operator: operation,
  not_operator: operation,
  named_expression: (node, inner) => {
    const value = child(node, 'value');
    return value ? inner.read(value) : unknown(node);
  },
  unary_operator: constant,
  identifier: name,
  attribute: name,
  call: (node, { reading, where }) => ({ kind: 'call', call: callOf(node, reading, where), ...span(node) }),
  list,
  tuple: list,
  set: list,
  expression_list: list,
  dictionary: (node, { read }) => ({
    kind: 'dict',
    entries: parts(node).flatMap((each) => entry(each, read)),
    ...span(node),
  }),
  subscript: (node, { read }) => {
    const of = child(node, 'value');
    const key = child(node, 'subscript');
    return of && key ? { kind: 'item', of: read(of), key: read(key), ...span(node) } : unknown(node);
  },
  boolean_operator: (node, inner) =>
    operatorOf(node, inner.reading) === 'or' ? choice(node, inner) : operation(node, inner),
  conditional_expression: choice,
  parenthesized_expression: (node, { read }) => {
    const only = parts(node)[0];
    return only ? read(only) : unknown(node);
  },
  list_comprehension: comprehension,
  set_comprehension: comprehension,
  generator_expression: comprehension,
  lambda: unknown,
};

function span({ start, end }: PyNode): { start: number; end: number } {
  return { start, end };
}

function other(node: PyNode, { read }: Inner): Value {
  return { kind: 'other', of: parts(node).map(read), ...span(node) };
}

/** What is built, then what it is built from. */
function comprehension(node: PyNode, { read }: Inner): Value {
  const clauses = parts(node).filter((each) => each.type === 'for_in_clause');
  const sources = clauses.flatMap((each) => child(each, 'right') ?? []);
  const body = child(node, 'body');
  return { kind: 'other', operator: 'for', of: [...(body ? [body] : []), ...sources].map(read), ...span(node) };
}

/** Operands with what is written between the first two. */
function operation(node: PyNode, { read, reading }: Inner): Value {
  const of = parts(node);
  const [first, second] = of;
  const between =
    first && second ? reading.text.slice(first.end, second.start) : reading.text.slice(node.start, node.start + 3);
  return { kind: 'other', of: of.map(read), operator: between.trim().replace(/\s+/g, ' '), ...span(node) };
}

/** A string: its value, or its pieces where expressions stand in it. */
function formatted(node: PyNode, inner: Inner): Value {
  const whole = constant(node, inner);
  if (whole.kind === 'literal') return whole;
  const of = (node.type === 'concatenated_string' ? parts(node) : [node]).flatMap((each) => pieces(each, inner));
  return { kind: 'other', of, operator: 'f', ...span(node) };
}

function pieces(node: PyNode, { read, reading }: Inner): Value[] {
  const whole = literal(node, reading.text);
  if (whole !== undefined) return [{ kind: 'literal', value: whole, ...span(node) }];
  return node.children.flatMap((each): Value[] => {
    if (each.type === 'string_content')
      return [{ kind: 'literal', value: reading.text.slice(each.start, each.end), ...span(each) }];
    const expression = each.type === 'interpolation' ? child(each, 'expression') : undefined;
    return expression ? [read(expression)] : [];
  });
}

function unknown(node: PyNode): Value {
  return { kind: 'other', of: [], ...span(node) };
}

function constant(node: PyNode, inner: Inner): Value {
  const value = literal(node, inner.reading.text);
  return value === undefined ? other(node, inner) : { kind: 'literal', value, ...span(node) };
}

function name(node: PyNode, { reading, where }: Inner): Value {
  const written = dotted(node, reading.text);
  const on = objectOf(node, reading, where);
  return { kind: 'name', name: written, target: lookup(where.scope, written), ...(on && { on }), ...span(node) };
}

/** What an attribute is read from, where dotted names do not say it. */
function objectOf(node: PyNode | undefined, reading: Reading, where: Where): Value | undefined {
  const object = node?.type === 'attribute' ? child(node, 'object') : undefined;
  if (!object || object.type === 'identifier') return undefined;
  if (object.type === 'attribute') return objectOf(object, reading, where);
  return readValue(object, reading, where);
}

function list(node: PyNode, { read }: Inner): Value {
  return { kind: 'list', items: parts(node).map(read), ...span(node) };
}

function choice(node: PyNode, { read }: Inner): Value {
  return { kind: 'choice', of: parts(node).map(read), ...span(node) };
}

function operatorOf(node: PyNode, { text }: Reading): string {
  const operator = child(node, 'operator');
  return operator ? text.slice(operator.start, operator.end) : '';
}

/** The call of a node. */
export function callOf(node: PyNode, reading: Reading, where: Where): PyCall {
  const known = reading.calls.get(node);
  if (known) return known;
  const fn = child(node, 'function');
  const given = child(node, 'arguments') ?? node;
  const callee = fn ? dotted(fn, reading.text) : '?';
  const on = objectOf(fn, reading, where);
  const call: PyCall = {
    ...where.placed,
    start: node.start,
    end: node.end,
    callee,
    target: lookup(where.scope, callee),
    args: argumentsOf(given, reading, where),
    list: { start: given.start, end: given.end },
    ...(on && { on }),
  };
  reading.calls.set(node, call);
  return call;
}

function argumentsOf(given: PyNode, reading: Reading, where: Where): PyArg[] {
  if (given.type === 'argument_list') return parts(given).map((each) => arg(each, reading, where));
  // A generator without brackets of its own.
  return given.type === 'generator_expression' ? [arg(given, reading, where)] : [];
}

/** `a.b`, with `a().b` and `a[].b` for what a name comes from; `?` for anything else. */
export function dotted(node: PyNode, text: string): string {
  switch (node.type) {
    case 'identifier':
      return text.slice(node.start, node.end);
    case 'attribute':
      return `${part(node, 'object', text)}.${part(node, 'attribute', text)}`;
    case 'call':
      return `${part(node, 'function', text)}()`;
    case 'subscript':
      return `${part(node, 'value', text)}[]`;
    default:
      return '?';
  }
}

function part(node: PyNode, field: string, text: string): string {
  const found = child(node, field);
  return found ? dotted(found, text) : '?';
}

function arg(node: PyNode, reading: Reading, where: Where): PyArg {
  const value = (each: PyNode | undefined): Value => readValue(each ?? node, reading, where);
  switch (node.type) {
    case 'keyword_argument':
      return { ...span(node), name: part(node, 'name', reading.text), value: value(child(node, 'value')) };
    case 'list_splat':
      return { ...span(node), star: '*', value: value(parts(node)[0]) };
    case 'dictionary_splat':
      return { ...span(node), star: '**', value: value(parts(node)[0]) };
    default:
      return { ...span(node), value: value(node) };
  }
}

function entry(node: PyNode, read: (node: PyNode) => Value): DictEntry[] {
  if (node.type === 'dictionary_splat') {
    const splat = parts(node)[0];
    return splat ? [{ ...span(node), value: read(splat) }] : [];
  }
  const key = child(node, 'key');
  const value = child(node, 'value');
  return key && value ? [{ ...span(node), key: read(key), value: read(value) }] : [];
}

function literal(node: PyNode, text: string): string | number | boolean | null | undefined {
  const written = text.slice(node.start, node.end);
  switch (node.type) {
    case 'true':
    case 'false':
      return node.type === 'true';
    case 'none':
      return null;
    case 'string':
      return readString(written);
    case 'concatenated_string': {
      const all = parts(node).map((each) => readString(text.slice(each.start, each.end)));
      return all.includes(undefined) ? undefined : all.join('');
    }
    default:
      return readNumber(written.replace(/\s/g, ''));
  }
}
