/**
 * When a package is needed: under any one of these cases, each of which is a sorted list of comparisons that must all
 * hold. No case means never, and the case without comparisons always.
 */
export type Condition = readonly Case[];
type Case = readonly string[];

/** The most common condition by far, and so not worked out each time. */
export const always: Condition = [[]];

const opposites: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

/**
 * Reads a PEP 508 marker; an empty one always holds.
 * @throws TypeError for anything but an `or` of `and`s, which is how uv writes them.
 */
export function conditionOf(marker: string): Condition {
  if (marker === '') return always;
  const known = read.get(marker) ?? readCondition(marker);
  read.set(marker, known);
  return known;
}

/** A table of locks repeats the same few markers hundreds of times. */
const read = new Map<string, Condition>();

function readCondition(marker: string): Condition {
  return marker.split(' or ').map((part) => {
    const comparisons = part
      .trim()
      .replace(/^\((.*)\)$/, '$1')
      .split(' and ');
    const odd = comparisons.find((text) => !/^\w+ (?:[<>]=?|[!=]=|in|not in) '[^']*'$/.test(text));
    if (odd !== undefined) throw new TypeError(`The marker "${marker}" has a part that Dewar cannot read: ${odd}.`);
    return [...new Set(comparisons)].sort();
  });
}

/** Both hold. */
export function and(left: Condition, right: Condition): Condition {
  if (right === always) return left;
  if (left === always) return right;
  const cases = left.flatMap((a) => right.map((b) => [...new Set([...a, ...b])].sort()));
  return or(
    [],
    cases.filter((each) => !contradictory(each)),
  );
}

/** Either holds; a case that another one covers goes. */
export function or(left: Condition, right: Condition): Condition {
  if (left === always || right === always) return always;
  const all = [...new Map([...left, ...right].map((each) => [each.join(' and '), each])).values()];
  return all.filter((each) => !all.some((other) => other !== each && covers(other, each)));
}

/** Whether each case of the first is covered by a case of the second. */
export function implies(first: Condition, second: Condition): boolean {
  return second === always || first.every((each) => second.some((other) => covers(other, each)));
}

/** The marker in words; empty where it always holds. */
export function shown(condition: Condition): string {
  if (condition === always) return '';
  const cases = condition.map((each) => each.join(' and ')).sort();
  if (cases.includes('')) return '';
  return cases.length === 1
    ? cases.join()
    : cases.map((text) => (text.includes(' and ') ? `(${text})` : text)).join(' or ');
}

function covers(wider: Case, narrower: Case): boolean {
  return wider.every((comparison) => narrower.includes(comparison));
}

function contradictory(each: Case): boolean {
  return each.some((comparison) => {
    const [name = '', operator = '', value = ''] = comparison.split(' ');
    return each.includes(`${name} ${opposites[operator]} ${value}`);
  });
}
