/** The newer of two versions of Dewar; a pre-release comes before its release. */
export function newest(left: string, right: string): string {
  return compareVersions(left, right) > 0 ? left : right;
}

/** Below 0 where the first version is the older one, above where it is the newer one. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parts(left), parts(right)];
  const orders = [0, 1, 2].map((index) => (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0));
  return orders.find((order) => order !== 0) ?? compareRest(a.rest, b.rest);
}

function compareRest(left: string, right: string): number {
  if (left === right) return 0;
  if (left === '' || right === '') return left === '' ? 1 : -1;
  return left < right ? -1 : 1;
}

function parts(version: string): { numbers: number[]; rest: string } {
  const [main = '', ...rest] = version.replace(/\+.*$/, '').split('-');
  return { numbers: main.split('.').map(Number), rest: rest.join('-') };
}
