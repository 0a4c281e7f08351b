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

/** The same with other values; what has not been worked out yet stays so. */
export function replaced<T extends object>(facts: T, values: Partial<T>): T {
  const properties = { ...Object.getOwnPropertyDescriptors(facts), ...Object.getOwnPropertyDescriptors(values) };
  return Object.defineProperties({}, properties) as T;
}
