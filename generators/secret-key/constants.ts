import type { AppFacts } from '../../src/flask/facts.ts';
import type { Outcome, Standing } from '../../src/flask/outcome.ts';
import type { SpliceChange } from '../../src/mitigation.ts';
import { argument, type PyCall, type Value } from '../../src/python/model.ts';

/** What is to be done about the constants of an expression. */
export interface Repair extends Standing {
  readonly app: AppFacts;
  /** Python that takes the place of a constant that stands alone there; `@@0@@` is the module `os`. */
  readonly instead: (at: Standing) => string;
  readonly why: string;
}

type Found = Value & { kind: 'choice' | 'call' | 'name' };

/** Takes the constants out of an expression that gives a key: what else can be the key stays as it is. */
export function* withoutConstants(value: Value, repair: Repair, depth = 4): Iterable<SpliceChange> {
  const outcomes = repair.app.outcomes(value, repair);
  if (depth === 0 || !outcomes.some(isFixed)) return;
  if (value.kind === 'choice') yield* ofChoice(value, repair, depth - 1);
  else if (value.kind === 'name') yield* ofName(value, repair, depth - 1);
  else if (outcomes.every(isFixed)) yield* replaced(value, repair);
  else if (value.kind === 'call') yield* ofRead(value.call, repair);
}

/** Text that stands in the code, or is made anew by each process. */
function isFixed(outcome: Outcome): boolean {
  return outcome.kind === 'random' || isText(outcome);
}

/** True for a key that stands in the code. */
export function isText(outcome: Outcome): boolean {
  return outcome.kind === 'constant' && typeof outcome.value === 'string' && !/^(\{\}|\[\])?$/.test(outcome.value);
}

function* replaced(value: Value, { app, file, scope, instead, why }: Repair): Iterable<SpliceChange> {
  const text = app.modules.get(file)?.source.text ?? '';
  const expected = text.slice(value.start, value.end);
  const insert = instead({ file, scope });
  const imports = insert.includes('@@0@@') ? [{ module: 'os' }] : [];
  yield { kind: 'splice', file, start: value.start, expected, insert, imports, why };
}

/** `a or "constant"` becomes `a`; of `a if c else b` each branch is looked at. */
function* ofChoice({ of }: Found & { kind: 'choice' }, repair: Repair, depth: number): Iterable<SpliceChange> {
  const [first, second, third] = of;
  if (!first || !second) return;
  const { app, file, why } = repair;
  const text = app.modules.get(file)?.source.text ?? '';
  const fixed = app.outcomes(second, repair).every(isText);
  const cut = !third && fixed && /^\s*(\\\s*)?or\s*(\\\s*)?$/.test(text.slice(first.end, second.start));
  yield* withoutConstants(first, repair, depth);
  if (cut && !app.outcomes(first, repair).every(isFixed)) {
    const expected = text.slice(first.end, second.end);
    yield { kind: 'splice', file, start: first.end, expected, insert: '', why };
  } else yield* withoutConstants(third ?? second, repair, depth);
}

function* ofName(value: Found & { kind: 'name' }, repair: Repair, depth: number): Iterable<SpliceChange> {
  for (const { value: held, file, scope } of repair.app.held(value, repair))
    if (held !== value && repair.app.modules.get(file)?.role !== 'test')
      yield* withoutConstants(held, { ...repair, file, scope }, depth);
}

/** A read of the environment loses its default. */
function* ofRead(call: PyCall, { app, file, why, ...at }: Repair): Iterable<SpliceChange> {
  const preset = argument(call, 'default', 1) ?? argument(call, 'failobj');
  const text = app.modules.get(file)?.source.text ?? '';
  const [name, last] = call.args;
  if (!preset || !name || !app.outcomes(preset, { file, ...at }).some(isText)) return;
  const plain = /(^|\.)(environ\.get|getenv)$/.test(call.callee) && last?.value === preset;
  const start = plain ? name.end : preset.start;
  const expected = text.slice(start, plain ? last.end : preset.end);
  yield { kind: 'splice', file, start, expected, insert: plain ? '' : 'None', why };
}
