import {
  type Placed,
  type PyAssign,
  type PyCall,
  type PyFunction,
  type PyLoop,
  qualname,
  type Value,
} from '../python/model.ts';
import { assignedTo } from './assigned.ts';
import { passedTo } from './callers.ts';
import { functionAt } from './config-objects.ts';
import type { Module, Project } from './project.ts';

/** A scope in which the app object has a name. */
export interface AppScope {
  readonly module: Module;
  /** Qualified name of the function; empty for a module. */
  readonly scope: string;
  readonly variable: string;
  /** Offset where the app object is made, else 0. */
  readonly from: number;
  /** Dotted names that the parameters of a helper stand for. */
  readonly given?: ReadonlyMap<string, string>;
}

/** A call or assignment that is carried out while the app is put together, in that order. */
export interface FlowStep extends AppScope {
  /** 0 where the app is made, 1 in a helper that it is given to, and so on. */
  readonly depth: number;
  readonly at: Placed;
  readonly call?: PyCall;
  readonly assign?: PyAssign;
  readonly loops: readonly PyLoop[];
  /** True when the step or a call on the way to it is under a condition. */
  readonly conditional: boolean;
  /** The step of the outermost scope that leads here. */
  readonly root: FlowStep | undefined;
}

const deepest = 5;

/** What happens to an app from where it is made, followed into the functions that it is given to. */
export function flowFrom(project: Project, starts: readonly AppScope[]): FlowStep[] {
  const steps: FlowStep[] = [];
  const entered = new Set<string>();
  const walk = (at: AppScope, depth: number, via: FlowStep | undefined): void => {
    const key = `${at.module.path} ${at.scope} ${at.variable}`;
    if (depth > deepest || entered.has(key)) return;
    entered.add(key);
    for (const step of stepsIn(at, depth, via)) {
      steps.push(step);
      const inner = step.call && helper(project, step.call, at);
      if (inner) walk(inner, depth + 1, step);
    }
  };
  for (const start of starts) walk(start, 0, undefined);
  return steps;
}

function stepsIn(at: AppScope, depth: number, via: FlowStep | undefined): FlowStep[] {
  const { module, scope, from } = at;
  const here = (each: Placed): boolean => each.scope === scope && each.end >= from;
  const loops = module.loops.filter(here);
  const common = (placed: Placed) => ({
    ...at,
    depth,
    at: placed,
    loops: loops.filter((loop) => loop.start <= placed.start && loop.end >= placed.end),
    conditional: placed.conditional || (via?.conditional ?? false),
    root: via?.root ?? via,
  });
  return [
    ...module.calls.filter(here).map((call) => ({ ...common(call), call })),
    ...module.assigns.filter(here).map((assign) => ({ ...common(assign), assign })),
  ].sort((a, b) => a.at.end - b.at.end);
}

/** The function that a call gives the app to, or the `__init__` of the app's own class. */
function helper(project: Project, call: PyCall, at: AppScope): AppScope | undefined {
  const own = project.classOf(call.target);
  if (own) return initialiser(own.module, qualname(own.found));
  const position = call.args.findIndex(({ value }) => isApp(value, at.variable));
  const fn = position === -1 ? undefined : (project.functionOf(call.target) ?? methodOf(project, call, at));
  const params = /^(self|cls)$/.test(fn?.found.params[0] ?? '') ? fn?.found.params.slice(1) : fn?.found.params;
  const variable = call.args[position]?.name ?? params?.[position];
  if (!fn || variable === undefined) return undefined;
  return { module: fn.module, scope: qualname(fn.found), variable, from: 0, given: givenTo(fn.found, call) };
}

/** The method of an own class that is called on an object of it, such as a manager of settings with `init_app`. */
function methodOf(project: Project, call: PyCall, at: AppScope): ReturnType<Project['functionOf']> {
  const method = call.callee.split('.').at(-1) ?? '';
  for (const { value, owner } of receivers(project, call, at)) {
    const made = value.kind === 'name' ? assignedTo(project, value.target, owner)[0]?.value : value;
    const own = made?.kind === 'call' ? project.classOf(made.call.target) : undefined;
    const found = own?.module.functions.find((each) => each.name === method && each.scope === qualname(own.found));
    if (own && found) return { module: own.module, found };
  }
  return undefined;
}

/** What the object of a method is: what callers give the parameter of that name, else what the name is given. */
function receivers(project: Project, { callee, target }: PyCall, { module, scope }: AppScope) {
  const [param = '', method, ...more] = callee.split('.');
  const fn = functionAt(module, scope);
  if (fn?.params.includes(param) && method !== undefined && more.length === 0)
    return passedTo(project, { module, fn }, param).map((each) => ({ ...each, owner: each.module }));
  return assignedTo(project, target.replace(/\.\w+$/, ''), module);
}

function initialiser(module: Module, scope: string): AppScope | undefined {
  const init = module.functions.find((fn) => fn.name === '__init__' && fn.scope === scope);
  return init && { module, scope: qualname(init), variable: init.params[0] ?? 'self', from: 0 };
}

/** What the parameters of a function stand for in a call. */
function givenTo({ params }: PyFunction, { args }: PyCall): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const [index, { name, value }] of args.entries()) {
    const param = name ?? params[index];
    if (param !== undefined && value.kind === 'name') given.set(param, value.target);
  }
  return given;
}

/** True for the app itself and for what stands for it, such as `app._get_current_object()`. */
export function isApp(value: Value | undefined, variable: string): boolean {
  return value?.kind === 'name' && (value.name === variable || value.name === `${variable}.server`);
}

/** The app's scope in a function of its module that uses the module's app. */
export function scopeOf(module: Module, fn: PyFunction, variable: string): AppScope {
  return { module, scope: qualname(fn), variable, from: 0 };
}
