import type { DataFlow } from '../../src/flask/dataflow/facts.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import type { Module } from '../../src/flask/project.ts';
import { scoped } from '../../src/flask/scoped.ts';
import type { SpliceChange } from '../../src/mitigation.ts';
import { qualname, type Value } from '../../src/python/model.ts';
import { lineAt } from '../../src/source/text.ts';
import type { Sanitised } from './sanitised.ts';

/** Values of a request in HTML that a view puts together itself are escaped where they are put in. */
export function escaped(app: AppFacts): Sanitised {
  const found = app.flows
    .filter(({ sink, guard, role }) => sink === 'html' && guard === undefined && role === 'production')
    .map((flow) => ({ flow, splices: splicesOf(app, flow) }))
    .filter(({ splices }) => splices.length > 0);
  return { splices: found.flatMap(({ splices }) => splices), mended: found.map(({ flow }) => flow) };
}

function splicesOf({ modules }: AppFacts, flow: DataFlow): SpliceChange[] {
  const module = modules.get(flow.file);
  const fn = module?.functions.find((each) => `${module.name}.${qualname(each)}` === flow.within);
  if (!module || !fn) return [];
  const bodies = fn.returns.map((value) => (value.kind === 'list' ? (value.items[0] ?? value) : value));
  const body = bodies.find(({ start }) => lineAt(module.source, start) === flow.line);
  if (!body) return [];
  const scope = qualname(fn);
  return leaves(body)
    .filter(({ value }) => isTainted(module, { value, scope, flow }))
    .map(({ value, joined }) => escapeSplice(module, value, joined));
}

interface Leaf {
  readonly value: Value;
  /** Joined by `+`, where escaped text would escape what stands before it. */
  readonly joined: boolean;
}

function leaves(body: Value): Leaf[] {
  if (body.kind === 'other' && /^[f+%]$/.test(body.operator ?? ''))
    return body.of.flatMap((value) =>
      value.kind === 'other' ? leaves(value) : [{ value, joined: body.operator === '+' }],
    );
  if (body.kind === 'call' && /\.format$/.test(body.call.callee))
    return body.call.args.flatMap(({ value, star }) => (star ? [] : [{ value, joined: false }]));
  return [];
}

/** The route parameter itself, or an expression of the request, also by way of one variable. */
function isTainted(module: Module, { value, scope, flow }: { value: Value; scope: string; flow: DataFlow }): boolean {
  const written = module.source.text.slice(value.start, value.end);
  const param = /^the route parameter (\w+)$/.exec(flow.what)?.[1];
  const given = scoped(module, scope).assigns.find(({ name }) => name === written);
  const text = given ? module.source.text.slice(given.value.start, given.value.end) : written;
  return written === param || /^(flask\.)?request\.\w/.test(text);
}

function escapeSplice(module: Module, { start, end }: Value, joined: boolean): SpliceChange {
  const written = module.source.text.slice(start, end);
  return {
    kind: 'splice',
    file: module.path,
    start,
    expected: written,
    insert: joined ? `str(@@0@@(${written}))` : `@@0@@(${written})`,
    imports: [{ module: 'markupsafe', name: 'escape' }],
    why: 'What the request brings becomes part of a page: its scripts would run.',
  };
}
