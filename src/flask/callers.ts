import { type PyFunction, qualname, type Value } from '../python/model.ts';
import type { Module, Project } from './project.ts';

/** What production code gives a parameter, with where that stands. */
export interface Passed {
  readonly module: Module;
  readonly scope: string;
  readonly value: Value;
}

interface Calling {
  readonly module: Module;
  readonly call: Module['calls'][number];
}

const known = new WeakMap<Project, ReadonlyMap<string, readonly Calling[]>>();

/** The values that calls in production code give a parameter of a function; its default where one of them leaves it out. */
export function passedTo(project: Project, home: { module: Module; fn: PyFunction }, param: string): Passed[] {
  const { module, fn } = home;
  const calls = callsIn(project).get(`${module.name}.${qualname(fn)}`) ?? [];
  const preset = fn.defaults[param];
  return calls.flatMap(({ module: from, call }) => {
    const position = fn.params.indexOf(param);
    const given =
      call.args.find(({ name }) => name === param) ??
      call.args.find(({ name, star }, index) => index === position && name === undefined && star === undefined);
    if (given) return [{ module: from, scope: call.scope, value: given.value }];
    return preset ? [{ module, scope: fn.scope, value: preset }] : [];
  });
}

/** The calls of production code by the function that they mean; a project is indexed once. */
function callsIn(project: Project): ReadonlyMap<string, readonly Calling[]> {
  const done = known.get(project) ?? indexed(project);
  known.set(project, done);
  return done;
}

function indexed(project: Project): ReadonlyMap<string, readonly Calling[]> {
  const found = new Map<string, Calling[]>();
  const own = [...project.modules.values()].filter(({ role }) => role === 'production');
  for (const { module, call } of own.flatMap((module) => module.calls.map((call) => ({ module, call })))) {
    if (!project.functionOf(call.target)) continue;
    const name = project.resolve(call.target);
    const calls = found.get(name) ?? [];
    calls.push({ module, call });
    found.set(name, calls);
  }
  return found;
}
