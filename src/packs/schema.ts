import { nearest } from '../nearest.ts';
import { fault, type Spot } from './fault.ts';

/** Where a value stands: its file, the keys that lead to it, and how a place is found again. */
export interface At {
  readonly file: string;
  readonly path: readonly (string | number)[];
  /** Line of the value at a path, or of its key. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

/** Reads a value as what it is meant to be, or throws with its place. */
export type Reader<T> = (value: unknown, at: At) => T;

/** The place of a value, for errors. */
export function spotOf({ file, path, lineOf }: At): Spot {
  return { file, line: lineOf(path) };
}

/** The error for a value. */
export function wrong(at: At, why: string): Error {
  const name = at.path
    .map((key, index) => (typeof key === 'number' ? `[${key + 1}]` : index ? `.${key}` : key))
    .join('');
  return fault(spotOf(at), name === '' ? why : `${name}: ${why}`);
}

function under(at: At, key: string | number): At {
  return { ...at, path: [...at.path, key] };
}

/** Any text of one line that is not empty. */
export const text: Reader<string> = (value, at) => {
  if (typeof value === 'number' || typeof value === 'boolean')
    throw wrong(at, `${JSON.stringify(value)} is no text; put it in quotes`);
  if (typeof value !== 'string') throw wrong(at, `${shown(value)} is no text`);
  if (value.trim() === '') throw wrong(at, 'it is empty');
  return value;
};

/** A text of a form; `what` says in words which. */
export function matching(pattern: RegExp, what: string): Reader<string> {
  return (value, at) => {
    const found = text(value, at);
    if (!pattern.test(found)) throw wrong(at, `${JSON.stringify(found)} is no ${what}`);
    return found;
  };
}

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): Reader<T> {
  return (value, at) => {
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw wrong(at, `${shown(value)} is not one of ${words.join(', ')}${hint(String(value), words)}`);
  };
}

export const flag: Reader<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw wrong(at, `${shown(value)} is neither true nor false`);
  return value;
};

export const whole: Reader<number> = (value, at) => {
  if (!Number.isInteger(value)) throw wrong(at, `${shown(value)} is no whole number`);
  return Number(value);
};

/** A list; nothing is the empty one. */
export function list<T>(item: Reader<T>): Reader<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw wrong(at, `${shown(value)} is no list`);
    return value.map((one, index) => item(one, under(at, index)));
  };
}

/** A mapping from names of a form to values. */
export function record<T>(key: Reader<string>, item: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, at) => {
    const found = [...entriesOf(value, at)].map(([name, one]) => {
      const here = under(at, name);
      return [key(name, here), item(one, here)] as const;
    });
    return Object.fromEntries(found);
  };
}

/** A field that may be left out. */
export interface Optional<T> {
  readonly optional: Reader<T>;
}

/** A field that may be left out. */
export function optional<T>(reader: Reader<T>): Optional<T> {
  return { optional: reader };
}

type Fields = Readonly<Record<string, Reader<unknown> | Optional<unknown>>>;
type Shape<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Reader<unknown> ? K : never]: F[K] extends Reader<infer T> ? T : never;
} & {
  readonly [K in keyof F as F[K] extends Optional<unknown> ? K : never]?: F[K] extends Optional<infer T> ? T : never;
};

/** A mapping with known fields and no other. */
export function shape<F extends Fields>(fields: F): Reader<Shape<F>> {
  const names = Object.keys(fields);
  return (value, at) => {
    const found = entriesOf(value, at);
    for (const name of found.keys())
      if (!names.includes(name))
        throw wrong(under(at, name), `there is no such field; there are ${names.join(', ')}${hint(name, names)}`);
    const read = names.flatMap((name) => fieldOf(found, name, { reader: fields[name], at }));
    return Object.fromEntries(read) as Shape<F>;
  };
}

function fieldOf(
  found: ReadonlyMap<string, unknown>,
  name: string,
  { reader, at }: { readonly reader: Fields[string] | undefined; readonly at: At },
): (readonly [string, unknown])[] {
  if (reader === undefined) return [];
  const isOptional = typeof reader !== 'function';
  if (found.has(name)) return [[name, (isOptional ? reader.optional : reader)(found.get(name), under(at, name))]];
  if (isOptional) return [];
  throw wrong(at, `${name} is missing`);
}

function entriesOf(value: unknown, at: At): ReadonlyMap<string, unknown> {
  if (!(value instanceof Map)) throw wrong(at, `${shown(value)} is no mapping`);
  for (const name of value.keys())
    if (typeof name !== 'string') throw wrong(at, `the key ${shown(name)} is no text; put it in quotes`);
  return value;
}

function hint(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

function shown(value: unknown): string {
  if (value instanceof Map) return 'a mapping';
  return JSON.stringify(value) ?? 'nothing';
}
