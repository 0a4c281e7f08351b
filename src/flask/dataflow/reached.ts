import type { PyCall, Value } from '../../python/model.ts';
import { lineAt } from '../../source/text.ts';
import type { AppFacts } from '../facts.ts';
import type { Module } from '../project.ts';
import type { DataFlow } from './facts.ts';
import { sinksOf } from './sinks.ts';

/** The call that data of a request reach, and the argument in it. */
export interface Reached {
  readonly flow: DataFlow;
  readonly module: Module;
  readonly call: PyCall;
  readonly value: Value;
}

/** Where in the code the flows of some kinds end, where nothing makes them safe. */
export function reachedBy(app: AppFacts, sinks: RegExp): Reached[] {
  return app.flows
    .filter(({ sink, guard, role }) => sinks.test(sink) && guard === undefined && role === 'production')
    .flatMap((flow) => {
      const module = app.modules.get(flow.file);
      return module?.calls.flatMap((call) => atCall(app, { flow, module, call })) ?? [];
    });
}

function atCall(app: AppFacts, at: Omit<Reached, 'value'>): Reached[] {
  const { flow, module, call } = at;
  return sinksOf(call, app.resolve(call.target))
    .filter(({ kind, value }) => {
      const start = /^(template|markup|render)$/.test(kind) ? call.start : value.start;
      return kind === flow.sink && lineAt(module.source, start) === flow.line;
    })
    .map(({ value }) => ({ ...at, value }));
}
