import type { SpliceChange } from '../mitigation.ts';
import { argument, type PyCall, qualname, type Value } from '../python/model.ts';
import { truthy } from './constants.ts';
import type { AppFacts } from './facts.ts';
import { argumentFlag } from './flags.ts';
import type { Standing } from './outcome.ts';

/** A switch that must be off unless somebody asks for it. */
export interface Switch extends Standing {
  readonly app: AppFacts;
  /** The tier in which it may be on. */
  readonly tier: 'development' | 'testing';
  readonly why: string;
}

/** Text that means yes, with the text that means no in the same manner. */
const opposites: Readonly<Record<string, string>> = {
  '1': '0',
  true: 'false',
  True: 'False',
  TRUE: 'FALSE',
  yes: 'no',
  on: 'off',
  t: 'f',
  y: 'n',
  development: 'production',
  dev: 'prod',
};

/** Turns a switch off where it is on by itself: a constant follows the tier from then on, a default is turned round. */
export function* switchedOff(value: Value, given: Switch, depth = 4): Iterable<SpliceChange> {
  if (depth === 0) return;
  if (value.kind === 'name') yield* ofName(value, given, depth - 1);
  else if (!isOnByItself(value, given)) return;
  else if (value.kind === 'literal') yield* put(value, given);
  else if (value.kind === 'call') yield* ofRead(value.call, given, depth - 1);
  else for (const each of results(value)) yield* switchedOff(each, given, depth - 1);
}

function isOnByItself(value: Value, given: Switch): boolean {
  const { is, preset } = argumentFlag(given.app, value, given);
  return is === 'on' || (is === 'varies' && preset === true);
}

/** The operands that an expression takes its value from, not those that they are compared with. */
function results(value: Value): Value[] {
  if (value.kind === 'choice') return value.of.filter((_, index) => value.of.length === 2 || index !== 1);
  return value.kind === 'other' ? value.of.slice(0, 1) : [];
}

function* put(value: Value, { app, file, tier, why }: Switch): Iterable<SpliceChange> {
  const expected = app.modules.get(file)?.source.text.slice(value.start, value.end) ?? '';
  const insert = `@@0@@.environ.get("APP_ENV") == "${tier}"`;
  yield { kind: 'splice', file, start: value.start, expected, insert, imports: [{ module: 'os' }], why };
}

function* ofName(value: Value & { kind: 'name' }, given: Switch, depth: number): Iterable<SpliceChange> {
  yield* ofCallers(value, given, depth);
  for (const { value: held, file, scope } of given.app.held(value, given))
    if (held !== value && given.app.modules.get(file)?.role === 'production')
      yield* switchedOff(held, { ...given, file, scope }, depth);
}

/** `create_app(debug=True)`, where that parameter is the switch. */
function* ofCallers({ name }: Value & { kind: 'name' }, given: Switch, depth: number): Iterable<SpliceChange> {
  const { app, file, scope } = given;
  const home = app.modules.get(file);
  const place = home?.functions.find((each) => qualname(each) === scope)?.params.indexOf(name) ?? -1;
  if (place === -1) return;
  for (const { call, path } of callsOf(app, `${home?.name}.${scope}`)) {
    const passed = argument(call, name, place);
    if (passed) yield* switchedOff(passed, { ...given, file: path, scope: call.scope }, depth);
  }
}

function callsOf(app: AppFacts, target: string): { readonly call: PyCall; readonly path: string }[] {
  return [...app.modules.values()]
    .filter(({ role }) => role === 'production')
    .flatMap(({ path, calls }) =>
      calls.filter((call) => app.resolve(call.target) === target).map((call) => ({ call, path })),
    );
}

/** `os.environ.get("DEBUG", "1")`, also where a function makes a truth value of it. */
function* ofRead(call: PyCall, given: Switch, depth: number): Iterable<SpliceChange> {
  const preset = argument(call, 'default', 1) ?? argument(call, 'failobj');
  if (preset?.kind === 'literal') yield* turned(preset, given);
  else if (call.on) yield* switchedOff(call.on, given, depth);
  else if (call.args[0]) yield* switchedOff(call.args[0].value, given, depth);
}

function* turned(preset: Value & { kind: 'literal' }, { app, file, why }: Switch): Iterable<SpliceChange> {
  const expected = app.modules.get(file)?.source.text.slice(preset.start, preset.end) ?? '';
  const { value } = preset;
  if (!truthy(value)) return;
  const opposite = typeof value === 'string' ? opposites[value] : typeof value === 'boolean' ? 'False' : '0';
  if (opposite === undefined) return;
  const insert = typeof value === 'string' ? expected.replace(value, opposite) : opposite;
  yield { kind: 'splice', file, start: preset.start, expected, insert, why };
}
