/** Values to choose from, by the name of what is chosen. */
export type Factors = Readonly<Record<string, readonly unknown[]>>;
type Row = Record<string, unknown>;
type Pair = readonly [key: string, value: unknown, otherKey: string, otherValue: unknown];

/** Rows in which every value of every factor meets every value of every other one at least once. Always the same rows. */
export function pairwise(factors: Factors): Row[] {
  const keys = Object.keys(factors);
  const open = new Map(allPairs(factors).map((pair) => [nameOf(pair), pair]));
  const rows: Row[] = [];
  while (open.size > 0) {
    const [[key, value, otherKey, otherValue]] = open.values() as unknown as [Pair];
    const row: Row = { [key]: value, [otherKey]: otherValue };
    for (const next of keys) if (!(next in row)) row[next] = best(next, row, { values: factors[next] ?? [], open });
    for (const pair of pairsOf(row, keys)) open.delete(nameOf(pair));
    rows.push(Object.fromEntries(keys.map((each) => [each, row[each]])));
  }
  return rows;
}

/** The value that meets the most values of the row for the first time. */
function best(
  key: string,
  row: Row,
  { values, open }: { values: readonly unknown[]; open: ReadonlyMap<string, Pair> },
) {
  const fresh = (value: unknown): number =>
    Object.keys(row).filter((other) => open.has(nameOf([other, row[other], key, value]))).length;
  return values.reduce((most, value) => (fresh(value) > fresh(most) ? value : most));
}

function allPairs(factors: Factors): Pair[] {
  const one = Object.entries(factors).flatMap(([key, values]) => values.map((value) => [key, value] as const));
  return one.flatMap(([key, value]) =>
    one.filter(([other]) => key < other).map(([other, otherValue]): Pair => [key, value, other, otherValue]),
  );
}

function pairsOf(row: Row, keys: readonly string[]): Pair[] {
  return keys.flatMap((key) =>
    keys.filter((other) => key < other).map((other): Pair => [key, row[key], other, row[other]]),
  );
}

/** The same for both orders of a pair. */
function nameOf([key, value, otherKey, otherValue]: Pair): string {
  const halves = [JSON.stringify([key, value]), JSON.stringify([otherKey, otherValue])];
  return halves.sort().join();
}
