/** Turns functions into properties that are worked out when they are first read, and only once. */
export function lazily<T extends object>(found: { readonly [K in keyof T]: () => T[K] }): T {
  const properties = Object.entries(found as Record<string, () => unknown>).map(
    ([name, find]): [string, PropertyDescriptor] => {
      let known: { readonly value: unknown } | undefined;
      const get = (): unknown => {
        known ??= { value: find() };
        return known.value;
      };
      return [name, { get, enumerable: true }];
    },
  );
  return Object.defineProperties({}, Object.fromEntries(properties)) as T;
}
