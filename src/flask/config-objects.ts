import { argument, type PyCall, type PyFunction, qualname, text, type Value } from '../python/model.ts';
import { assignedTo } from './assigned.ts';
import { passedTo } from './callers.ts';
import type { Module, Project } from './project.ts';

/** An expression and where its names are looked up. */
export interface Expression {
  readonly project: Project;
  readonly module: Module;
  /** Qualified name of the function that it stands in. */
  readonly scope: string;
  readonly value: Value | undefined;
  /** How many steps are left to follow. */
  readonly depth: number;
}

/** Dotted names of the classes and modules that an expression given to `from_object` may stand for. */
export function targetsOf(at: Expression): string[] {
  const { value, depth } = at;
  if (!value || depth === 0) return [];
  switch (value.kind) {
    case 'literal':
      return [text(value)?.replace(':', '.').replace(/\s+/g, '') ?? []].flat().flatMap((name) => alias(at, name));
    case 'name':
      return value.name === '__name__' ? [at.module.name] : named(at);
    case 'item':
      return dictionary(inner(at, value.of));
    case 'choice':
      return value.of.flatMap((each) => targetsOf(inner(at, each)));
    case 'list':
      return value.items.flatMap((each) => targetsOf(inner(at, each)));
    case 'call':
      return called(at, value.call);
    default:
      return [];
  }
}

/** `Config = ServerConfig` at the end of a module. */
function alias({ project }: Expression, name: string): string[] {
  const target = project.resolve(name);
  if (project.classOf(target) || project.named(target)) return [target];
  const module = project.named(target.split('.').slice(0, -1).join('.'));
  const given = module?.assigns.findLast((each) => each.target === target)?.value;
  const made = given?.kind === 'name' ? given.target : given?.kind === 'call' ? given.call.target : '';
  return project.classOf(made) ? [project.resolve(made)] : [name];
}

function inner(at: Expression, value: Value | undefined): Expression {
  return { ...at, value, depth: at.depth - 1 };
}

/** A class that is called, what a function gives, a dictionary's `get`, the default of a variable, else the arguments. */
function called(at: Expression, call: PyCall): string[] {
  if (at.project.classOf(call.target)) return [call.target];
  const given = returned(at, call);
  if (given.length > 0) return given;
  if (/\.(model_dump|dict|_asdict)$/.test(call.callee)) return targetsOf(inner(at, call.on ?? objectOf(call)));
  const fallback = /environ\.get$|getenv$/.test(call.callee) ? argument(call, 'default', 1) : undefined;
  if (fallback) return targetsOf(inner(at, fallback));
  if (call.callee.endsWith('.get') && !call.callee.endsWith('environ.get')) {
    return dictionary(inner(at, objectOf(call)));
  }
  return call.args.flatMap(({ value }) => (value.kind === 'name' ? targetsOf(inner(at, value)) : []));
}

/** The name that a method is called on. */
function objectOf({ callee, target, start, end }: PyCall): Value {
  const cut = (dotted: string): string => dotted.replace(/\.\w+$/, '');
  return { kind: 'name', name: cut(callee), target: cut(target), start, end };
}

/** What a function of the app returns. */
function returned(at: Expression, call: PyCall): string[] {
  const own = at.project.functionOf(call.target);
  if (!own) return [];
  const { module, found } = own;
  return found.returns.flatMap((value) => targetsOf({ ...inner(at, value), module, scope: qualname(found) }));
}

/** What a name was given: in the scope itself, as a default, or in the module that defines it. */
function named(at: Expression): string[] {
  const { project, module, scope, value } = at;
  if (value?.kind !== 'name') return [];
  const target = project.resolve(value.target);
  const assigned = module.assigns.filter((each) => each.target === value.target && !each.key).map((each) => each.value);
  // In a package, `config = Config()` hides the module of that name.
  if (project.classOf(target) || (project.named(target) && assigned.length === 0)) return [target];
  const fn = functionAt(module, scope);
  const preset = fn?.defaults[value.name];
  const passed = fn?.params.includes(value.name) ? passedTo(project, { module, fn }, value.name) : [];
  const values = preset ? [...assigned, preset] : assigned;
  if (values.length + passed.length > 0)
    return [
      ...values.flatMap((each) => targetsOf(inner(at, each))),
      ...passed.flatMap((each) => targetsOf({ ...inner(at, each.value), module: each.module, scope: each.scope })),
    ];
  const entries = dictionary(at);
  return entries.length > 0 ? entries : made(at, value.target);
}

/** The class of an object that another module makes. */
function made(at: Expression, target: string): string[] {
  return assignedTo(at.project, target, at.module).flatMap(({ owner, scope, value }) =>
    value.kind === 'call' ? targetsOf({ ...inner(at, value), module: owner, scope }) : [],
  );
}

/** The values of a dictionary of classes. */
function dictionary(at: Expression): string[] {
  const { project, module, value } = at;
  if (value?.kind !== 'name') return [];
  const target = project.resolve(value.target);
  const owner = project.named(target.split('.').slice(0, -1).join('.')) ?? module;
  const assigned = owner.assigns.find((each) => each.target === target && each.value.kind === 'dict');
  if (assigned?.value.kind !== 'dict') return [];
  return assigned.value.entries.flatMap((entry) => targetsOf({ ...inner(at, entry.value), module: owner }));
}

/** The function of that qualified name. */
export function functionAt(module: Module, scope: string): PyFunction | undefined {
  return module.functions.find((each) => qualname(each) === scope);
}

/** The configuration classes that functions of the app may build a mapping from: those that their modules know. */
export function builtFrom({ project, module, scope, value }: Expression): string[] {
  const given = value?.kind === 'name' ? module.assigns.filter((each) => each.target === value.target) : [];
  const values = [value, ...given.map((each) => each.value)];
  const calls = values.flatMap(callsIn).filter((call) => call.scope === scope);
  const homes = calls.flatMap((call) => project.functionOf(call.target)?.module ?? []);
  return [...new Set(homes)].flatMap((home) => configClasses(project, home, new Set()));
}

function callsIn(value: Value | undefined): PyCall[] {
  if (value?.kind === 'call') return [value.call];
  return value?.kind === 'other' || value?.kind === 'choice' ? value.of.flatMap(callsIn) : [];
}

/** Classes with settings in a module and in those of its folder that it imports. */
function configClasses(project: Project, module: Module, seen: Set<Module>): string[] {
  if (seen.has(module)) return [];
  seen.add(module);
  const holds = (name: string): boolean =>
    module.assigns.some((each) => each.scope === name && /^[A-Z][A-Z\d_]+$/.test(each.name));
  const own = module.classes.filter(({ name }) => holds(name)).map(({ name }) => `${module.name}.${name}`);
  const folder = module.path.split('/').slice(0, -1).join('/');
  const near = module.imports.flatMap(({ target, module: from }) => {
    const found = project.named(project.resolve(target)) ?? project.named(from);
    return found?.path.startsWith(`${folder}/`) ? [found] : [];
  });
  return [...own, ...near.flatMap((each) => configClasses(project, each, seen))];
}
