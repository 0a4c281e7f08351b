import type { PyAssign, PyItem, Value } from './model.ts';
import { child, type PyNode, parts } from './node.ts';
import { lookup } from './scopes.ts';
import { dotted, readValue } from './values.ts';
import { type Collecting, here, type Walk } from './walk.ts';

/** Notes what an assignment, plain or augmented, gives to which names. */
export function noteAssignment(node: PyNode, at: Walk, into: Collecting): void {
  const left = child(node, 'left');
  const right = child(node, 'right');
  if (!left || !right) return;
  const sign = node.children.find((each) => each.field === 'operator' || each.type === '=');
  const operator = sign ? into.text.slice(sign.start, sign.end) : '=';
  const value = readValue(right.type === 'assignment' ? lastValue(right) : right, into, at);
  give({ node, left, operator }, value, { at, into });
}

function lastValue(node: PyNode): PyNode {
  const right = child(node, 'right');
  return right?.type === 'assignment' ? lastValue(right) : (right ?? node);
}

/** Notes `with value as name` and `name := value`. */
export function noteAlias(node: PyNode, at: Walk, into: Collecting): void {
  const walrus = node.type === 'named_expression';
  const left = walrus ? child(node, 'name') : child(node, 'alias')?.children[0];
  const right = walrus ? child(node, 'value') : parts(node)[0];
  if (left && right) give({ node, left, operator: '=' }, readValue(right, into, at), { at, into });
}

/** Notes the names of a `for` loop. */
export function noteLoop(node: PyNode, at: Walk, into: Collecting): void {
  const left = child(node, 'left');
  const right = child(node, 'right');
  if (!left || !right) return;
  const items = readValue(right, into, at);
  for (const each of isPattern(left) ? parts(left) : [left])
    if (each.type === 'identifier') into.loops.push({ ...here(node, at), variable: dotted(each, into.text), items });
}

/** Notes a condition and whether its body leaves the function or loop. */
export function noteCondition(node: PyNode, at: Walk, into: Collecting): void {
  const test = child(node, 'condition');
  const body = child(node, 'consequence');
  if (!test || !body) return;
  const last = parts(body).at(-1);
  into.conditions.push({
    ...here(node, at),
    test: readValue(test, into, at),
    body: { start: body.start, end: body.end },
    leaves: last !== undefined && leaves(last, into.text),
  });
}

function leaves(statement: PyNode, text: string): boolean {
  if (/^(return|raise|continue|break)_statement$/.test(statement.type)) return true;
  const call = statement.type === 'expression_statement' ? parts(statement)[0] : undefined;
  const fn = call?.type === 'call' ? child(call, 'function') : undefined;
  return fn !== undefined && /(^|\.)(abort|exit)$/.test(dotted(fn, text));
}

/** Notes a subscript and what is done with it. */
export function noteItem(node: PyNode, mode: PyItem['mode'], { at, into }: Noting): void {
  const of = child(node, 'value');
  const key = child(node, 'subscript');
  if (!of || !key) return;
  const target = lookup(at.scope, dotted(of, into.text));
  into.items.push({ ...here(node, at), target, key: readValue(key, into, at), mode });
}

interface Noting {
  readonly at: Walk;
  readonly into: Collecting;
}

interface Given {
  /** The statement. */
  readonly node: PyNode;
  readonly left: PyNode;
  readonly operator: string;
}

function give(given: Given, value: Value, noting: Noting): void {
  const { node, left, operator } = given;
  const { at, into } = noting;
  if (isPattern(left)) {
    parts(left).forEach((each, index) => {
      give({ ...given, left: each }, elementOf(value, index), noting);
    });
    return;
  }
  const subscript = left.type === 'subscript';
  const named = subscript ? child(left, 'value') : left;
  const key = subscript ? child(left, 'subscript') : undefined;
  if (!named) return;
  const name = dotted(named, into.text);
  const assign: PyAssign = { ...here(node, at), name, target: lookup(at.scope, name), operator, value };
  into.assigns.push(key ? { ...assign, key: readValue(key, into, at) } : assign);
  if (subscript) noteItem(left, 'write', noting);
}

function isPattern({ type }: PyNode): boolean {
  return /^(pattern_list|tuple_pattern|list_pattern|tuple|list)$/.test(type);
}

/** What the name at a position of a pattern gets. */
function elementOf(value: Value, index: number): Value {
  const { start, end } = value;
  if (value.kind === 'list') return value.items[index] ?? { kind: 'other', of: [], start, end };
  return { kind: 'item', of: value, key: { kind: 'literal', value: index, start, end }, start, end };
}
