/** True where version `a` is not above `b`; of a prerelease only the numbers before it count. */
export function lte(a: string, b: string): boolean {
  const [left, right] = [numbers(a), numbers(b)];
  for (const [index, number] of left.entries()) {
    const other = right[index] ?? 0;
    if (number !== other) return number < other;
  }
  return true;
}

function numbers(version: string): number[] {
  const [plain = ''] = version.split(/[-+]/);
  return plain.split('.').map(Number);
}
