import type { Value } from '../python/model.ts';

type Constant = string | number | boolean | null;

/** The result of an operator on a constant; undefined where it cannot be told. */
export function compared(
  value: Constant,
  operator: string | undefined,
  others: readonly Value[],
): Constant | undefined {
  if (operator === 'not') return !truthy(value);
  const [other] = others;
  if (!other) return undefined;
  switch (operator) {
    case '==':
    case 'is':
      return equal(value, other);
    case '!=':
    case 'is not':
      return negated(equal(value, other));
    case 'in':
      return within(value, other);
    case 'not in':
      return negated(within(value, other));
    case '+':
      return joined(value, other);
    default:
      return undefined;
  }
}

/** Python's truth of a constant. */
export function truthy(value: Constant): boolean {
  return value !== null && value !== false && value !== 0 && value !== '';
}

function equal(value: Constant, other: Value): boolean | undefined {
  return other.kind === 'literal' ? value === other.value : undefined;
}

function within(value: Constant, other: Value): boolean | undefined {
  if (other.kind !== 'list' || other.items.some((each) => each.kind !== 'literal')) return undefined;
  return other.items.some((each) => each.kind === 'literal' && each.value === value);
}

function negated(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function joined(value: Constant, other: Value): string | undefined {
  const isText = typeof value === 'string' && other.kind === 'literal' && typeof other.value === 'string';
  return isText ? value + other.value : undefined;
}
