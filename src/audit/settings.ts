import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import { type Ignore, statement } from './ignore.ts';
import { type State, states } from './states.ts';

/** The severities at which findings fail a run. */
export const thresholds = ['high', 'medium', 'low', 'never'] as const;
export type Threshold = (typeof thresholds)[number];

/** States by id that a run must find at least. */
export type Required = Readonly<Record<string, State>>;

/** What a project says of its own audits, in the table `[tool.dewar.audit]` of its pyproject.toml. */
export interface AuditSettings {
  readonly failOn?: Threshold;
  readonly require?: Required;
  /** Path of the baseline, relative to the folder of that file. */
  readonly baseline?: string;
  readonly ignores: readonly Ignore[];
}

const keys = ['fail-on', 'require', 'baseline', 'ignore'];
const file = 'pyproject.toml';

/**
 * Reads the settings of the project at a folder; none where it has no such table.
 * @throws DewarError where the table cannot be understood.
 */
export async function readSettings(root: string): Promise<AuditSettings> {
  const path = join(root, file);
  if (!existsSync(path)) return { ignores: [] };
  const text = readFileSync(path, 'utf8');
  if (!/^\s*\[+\s*tool\s*\.\s*dewar\b/m.test(text)) return { ignores: [] };
  const { parse } = await import('smol-toml');
  const table = tableAt(parse(text), ['tool', 'dewar', 'audit']);
  const unknown = Object.keys(table).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw wrong(unknown, `there is no such setting; there are ${keys.join(', ')}`);
  const { 'fail-on': failOn, require, baseline, ignore } = table;
  return {
    ...(failOn !== undefined && { failOn: thresholdOf(failOn) }),
    ...(require !== undefined && { require: requiredOf(require) }),
    ...(baseline !== undefined && { baseline: textOf('baseline', baseline) }),
    ignores: ignoresOf(ignore, text),
  };
}

type Table = Readonly<Record<string, unknown>>;

function tableAt(table: unknown, path: readonly string[]): Table {
  const found = path.reduce<unknown>((inner, key) => (inner as Table | undefined)?.[key], table);
  if (found === undefined) return {};
  if (typeof found !== 'object' || found === null || Array.isArray(found)) throw wrong('', 'it is no table');
  return found as Table;
}

function thresholdOf(value: unknown): Threshold {
  const found = thresholds.find((each) => each === value);
  if (!found) throw wrong('fail-on', `${JSON.stringify(value)} is none of ${thresholds.join(', ')}`);
  return found;
}

function requiredOf(value: unknown): Required {
  const wanted = Object.entries(tableAt({ value }, ['value']));
  return Object.fromEntries(wanted.map(([id, state]) => [id, stateOf(id, state)]));
}

function stateOf(id: string, value: unknown): State {
  const found = states.find((each) => each === value);
  if (!found) throw wrong(`require.${id}`, `${JSON.stringify(value)} is none of ${states.join(', ')}`);
  return found;
}

/** `ID=STATE` words of the command line as the table would say it. */
export function requiredWords(words: readonly string[]): Required {
  const pairs = words.map((word) => word.split('=', 2));
  return Object.fromEntries(pairs.map(([id = '', state = 'implemented']) => [id, stateOf(id, state)]));
}

function ignoresOf(value: unknown, text: string): Ignore[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw wrong('ignore', 'it is no list of tables');
  return value.map((entry) => {
    const { rule, reason, until } = tableAt({ entry }, ['entry']);
    const said = `${textOf('ignore.reason', reason ?? '')}${until === undefined ? '' : ` until ${dayOf(until)}`}`;
    const name = textOf('ignore.rule', rule ?? '');
    const line = text.split('\n').findIndex((each) => name !== '' && each.includes(name)) + 1 || 1;
    return { place: { file, line, text: `ignore ${name}` }, ...statement([name], said) };
  });
}

/** TOML has dates of its own; a text is taken too. */
function dayOf(value: unknown): string {
  return value instanceof Date ? value.toISOString().slice(0, 10) : textOf('ignore.until', value);
}

function textOf(key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw wrong(key, `${JSON.stringify(value)} is no text`);
}

function wrong(key: string, why: string): DewarError {
  const name = ['tool.dewar.audit', ...(key === '' ? [] : [key])].join('.');
  return new DewarError(`${name} in ${file}: ${why}.`, Exit.usage);
}
