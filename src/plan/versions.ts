const tests: Readonly<Record<string, (version: number[], bound: number[]) => boolean>> = {
  '==': (version, bound) => compare(version, bound) === 0,
  '!=': (version, bound) => compare(version, bound) !== 0,
  '>=': (version, bound) => compare(version, bound) >= 0,
  '<=': (version, bound) => compare(version, bound) <= 0,
  '~=': (version, bound) =>
    compare(version, bound) >= 0 && compare(version.slice(0, bound.length - 1), bound.slice(0, -1)) === 0,
  '>': (version, bound) => compare(version, bound) > 0,
  '<': (version, bound) => compare(version, bound) < 0,
};
const operators = Object.keys(tests);

/**
 * Whether a PEP 440 range such as `>=3.1.3,<3.2` admits a version. Without regular expressions, whose compilation takes
 * longer than the rest of a lock.
 * @throws TypeError for a range or version beyond numbers, dots and commas, which no package of the catalog needs.
 */
export function admits(range: string, version: string): boolean {
  if (range === '') return true;
  const numbers = numbersOf(version);
  return range.split(',').every((clause) => {
    const operator = operators.find((each) => clause.startsWith(each)) ?? '';
    const test = tests[operator];
    if (!test) throw new TypeError(`"${clause}" is no range of versions that Dewar can read.`);
    return test(numbers, numbersOf(clause.slice(operator.length)));
  });
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = (left[index] ?? 0) - (right[index] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** The release segment; a post-release counts as its release, and a pre-release is never locked. */
function numbersOf(version: string): number[] {
  const parts = version.trim().split('.');
  if (parts.at(-1)?.startsWith('post')) parts.pop();
  const numbers = parts.map((part) => (part === '' ? Number.NaN : Number(part)));
  if (numbers.some(Number.isNaN)) throw new TypeError(`"${version}" is no version that Dewar can compare.`);
  return numbers;
}
