import type { Answer } from '../../mitigation.ts';
import { literals } from '../../plan/literals.ts';
import type { Locals } from '../../plan/render.ts';
import type { Expression, Operator } from './expressions.ts';

/** What an expression may look at. */
export type Known = Pick<Locals, 'answers' | 'project' | 'has'> & {
  readonly slot?: Locals['slot'];
  readonly lock?: Locals['lock'];
  /** The items of the loops around it, by name. */
  readonly items: ReadonlyMap<string, string>;
};

/** What a template has used up so far. */
export interface Budget {
  steps: number;
  characters: number;
}

export type Value = Answer | number | undefined;

/** The value as a template prints it. */
export function printed(expression: Expression, known: Known): string {
  const value = valued(expression, known);
  if (value === undefined) throw new TypeError('it prints an answer that is not there');
  if (typeof value === 'object') throw new TypeError('it prints a list; use for (const one of ...)');
  return String(value);
}

/** Whether a condition holds, as JavaScript would take it. */
export function truth(expression: Expression, known: Known): boolean {
  return Boolean(valued(expression, known));
}

/** The items of a list; an answer that is not there has none. */
export function listOf(expression: Expression, known: Known): readonly string[] {
  const value = valued(expression, known) ?? [];
  if (typeof value !== 'object') throw new TypeError('a loop needs an answer with several choices');
  return value;
}

/** The text of a slot or a lock. */
export function sharedText(expression: Expression, { slot, lock }: Pick<Locals, 'slot' | 'lock'>): string {
  if (expression.kind !== 'shared') return '';
  const { name, words } = expression;
  return name === 'slot' ? slot(words[0] ?? '') : lock(...(words as Parameters<Locals['lock']>));
}

function valued(expression: Expression, known: Known): Value {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'member':
      return member(known[expression.root], expression.key);
    case 'item':
      return known.items.get(expression.name);
    case 'mixed':
      return expression.parts.map((part) => printed(part, known)).join('');
    case 'literal':
      return literals[expression.helper](textOf(expression.value, known));
    case 'shared':
      return known.slot && known.lock ? sharedText(expression, { slot: known.slot, lock: known.lock }) : '';
    case 'includes':
      return contains(valued(expression.list, known), valued(expression.item, known));
    case 'length':
      return lengthOf(valued(expression.of, known));
    case 'not':
      return !valued(expression.value, known);
    case 'binary':
      return combined(expression.operator, expression.left, { right: expression.right, known });
    case 'choice':
      return valued(truth(expression.when, known) ? expression.yes : expression.no, known);
  }
}

function member(of: object, key: string): Value {
  // What an object inherits is no answer.
  return Object.hasOwn(of, key) ? (of as Readonly<Record<string, Value>>)[key] : undefined;
}

function textOf(expression: Expression, known: Known): string {
  const value = valued(expression, known);
  if (typeof value === 'string') return value;
  throw new TypeError(
    `a literal helper writes text, not ${value === undefined ? 'an answer that is not there' : JSON.stringify(value)}`,
  );
}

function contains(list: Value, item: Value): boolean {
  return Array.isArray(list) && list.includes(item);
}

function lengthOf(value: Value): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : 0;
}

function combined(
  operator: Operator,
  left: Expression,
  { right, known }: { readonly right: Expression; readonly known: Known },
): Value {
  const first = valued(left, known);
  if (operator === '&&') return first ? valued(right, known) : first;
  if (operator === '||') return first ? first : valued(right, known);
  const second = valued(right, known);
  if (operator === '===') return first === second;
  if (operator === '!==') return first !== second;
  return compared(operator, Number(first), Number(second));
}

function compared(operator: '<' | '<=' | '>' | '>=', first: number, second: number): boolean {
  if (operator === '<') return first < second;
  if (operator === '<=') return first <= second;
  return operator === '>' ? first > second : first >= second;
}
