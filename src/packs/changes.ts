import type { Change, Tier } from '../mitigation.ts';
import type { Spot } from './fault.ts';
import { condition } from './questions.ts';
import type { Readable } from './readable.ts';
import {
  type At,
  flag,
  list,
  matching,
  oneOf,
  optional,
  type Reader,
  shape,
  spotOf,
  text,
  whole,
  wrong,
} from './schema.ts';

/** A change as a pack declares it; the texts that may hold tags are read when the names of all answers are known. */
export interface DeclaredChange {
  readonly change: Exclude<Change, { kind: 'file' | 'splice' }>;
  /** Field of the change that may hold tags. */
  readonly filled?: { readonly field: 'lines' | 'value' | 'example'; readonly text: Readable };
  readonly when?: Readable;
  readonly spot: Spot;
}

/** A file that only some answers want. */
export interface DeclaredFile {
  readonly path: string;
  readonly when: Readable;
}

const constant = matching(/^[A-Z][A-Z0-9_]*$/, 'name in capitals');
const moduleName = matching(/^[a-z_][a-z0-9_]*$/, 'name of a Python module');
const tier = oneOf(['base', 'development', 'testing', 'production'] as const satisfies readonly Tier[]);
const sameLine = matching(/^[^\r\n]+$/, 'text of one line');

const readers = {
  entry: shape({
    slot: matching(/^[a-z_]+\.[a-z_]+$/, 'name of a slot'),
    lines: optional(text),
    template: optional(text),
    order: optional(whole),
  }),
  setting: shape({
    key: constant,
    tier,
    value: optional(sameLine),
    variable: optional(constant),
    type: optional(oneOf(['text', 'secret', 'number', 'flag', 'items', 'choice', 'folder'])),
    arguments: optional(sameLine),
    why: text,
  }),
  register: shape({ module: moduleName, order: whole, why: text }),
  package: shape({
    name: matching(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'name of a package'),
    extras: optional(list(matching(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'name of an extra'))),
    range: matching(/^(?:[<>=!~]=?[\w.]+)(?:,[<>=!~]=?[\w.]+)*$/, 'range of versions, such as >=4.1,<5'),
    marker: optional(matching(/^[\w ='.<>!()]+$/, 'marker')),
    group: optional(oneOf(['runtime', 'production', 'development'])),
    why: optional(sameLine),
  }),
  environment: shape({ name: constant, example: optional(sameLine), secret: optional(flag), why: text }),
} as const;
type Kind = keyof typeof readers;
type Read<K extends Kind> = (typeof readers)[K] extends Reader<infer T> ? T : never;

/** Reads one change: a mapping with the kind as its key, and `when` where it depends on answers. */
export const change: Reader<DeclaredChange> = (value, at) => {
  const kinds = Object.keys(readers) as Kind[];
  const found = kinds.filter((kind) => value instanceof Map && value.has(kind));
  const [kind] = found;
  if (kind === undefined || found.length > 1) throw wrong(at, `a change has one of ${kinds.join(', ')}`);
  const fields = shape({ [kind]: (inner: unknown) => inner, when: optional(condition) })(value, at);
  const here = { ...at, path: [...at.path, kind] };
  const inner = (value as ReadonlyMap<string, unknown>).get(kind);
  const { when } = fields as { readonly when?: Readable };
  return { ...makers[kind](inner, here), spot: spotOf(here), ...(when && { when }) };
};

const makers: Readonly<Record<Kind, (value: unknown, at: At) => Omit<DeclaredChange, 'when' | 'spot'>>> = {
  entry: (value, at) => {
    const { slot, lines, template, order = 0 } = readers.entry(value, at);
    if (template !== undefined && lines === undefined)
      return { change: { kind: 'entry', slot, lines: { template }, order } };
    if (lines === undefined || template !== undefined) throw wrong(at, 'an entry has either lines or a template');
    return { change: { kind: 'entry', slot, lines: lines.replace(/\n$/, ''), order }, ...filled('lines', lines, at) };
  },
  setting: (value, at) => setting(readers.setting(value, at), at),
  register: (value, at) => ({ change: { kind: 'register', ...readers.register(value, at) } }),
  package: (value, at) => {
    const { group = 'runtime', ...rest } = readers.package(value, at);
    return { change: { kind: 'package', group, ...rest } };
  },
  environment: (value, at) => {
    const { example = '', secret = false, ...rest } = readers.environment(value, at);
    if (secret && example !== '') throw wrong(at, 'a secret has no example');
    return { change: { kind: 'environment', example, secret, ...rest }, ...filled('example', example, at) };
  },
};

function setting(read: Read<'setting'>, at: At): Omit<DeclaredChange, 'when' | 'spot'> {
  const { key, tier: of, why, value, variable, type = 'text' } = read;
  const base = { kind: 'setting', key, tier: of, why } as const;
  if (value !== undefined && variable === undefined)
    return { change: { ...base, value }, ...filled('value', value, at) };
  if (variable === undefined || value !== undefined) throw wrong(at, 'a setting has either a value or a variable');
  const extra = read.arguments === undefined ? {} : { arguments: read.arguments };
  return { change: { ...base, value: { variable, type, ...extra } } };
}

function filled(field: 'lines' | 'value' | 'example', source: string, at: At): Pick<DeclaredChange, 'filled'> {
  if (!source.includes('<%')) return {};
  return { filled: { field, text: { source, spot: spotOf({ ...at, path: [...at.path, field] }) } } };
}

/** Reads one file that only some answers want. */
export const file: Reader<DeclaredFile> = shape({ path: text, when: condition });
