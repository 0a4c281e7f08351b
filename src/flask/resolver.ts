import { type PyClass, type PyFunction, qualname } from '../python/model.ts';
import type { Module, Project } from './project.ts';

/** A module of the app and what is left of a dotted name below it. */
interface Split {
  readonly module: Module;
  readonly rest: readonly string[];
}

type Named = Project['named'];

/** Follows dotted names through the imports of the app's own modules. */
export function resolver(named: Named): Pick<Project, 'resolve' | 'classOf' | 'functionOf'> {
  const cache = new Map<string, string>();
  const resolve = (target: string): string => {
    const done = cache.get(target) ?? follow(named, target, 8);
    cache.set(target, done);
    return done;
  };
  const find = <T extends PyClass | PyFunction>(target: string, all: (module: Module) => ReadonlyMap<string, T>) => {
    const own = split(named, resolve(target));
    const path = own?.rest.filter((part) => part !== '<locals>').join('.');
    const found = own && path !== undefined ? all(own.module).get(path) : undefined;
    return own && found && { module: own.module, found };
  };
  const classes = indexed((module) => module.classes);
  const functions = indexed((module) => module.functions);
  return {
    resolve,
    classOf: (target) => find(target, classes),
    functionOf: (target) => find(target, functions),
  };
}

/** Definitions by qualified name, the first of each; a module is indexed once. */
function indexed<T extends PyClass | PyFunction>(of: (module: Module) => readonly T[]) {
  const known = new WeakMap<Module, ReadonlyMap<string, T>>();
  return (module: Module): ReadonlyMap<string, T> => {
    const done =
      known.get(module) ??
      new Map(
        of(module)
          .toReversed()
          .map((each) => [qualname(each), each]),
      );
    known.set(module, done);
    return done;
  };
}

function split(named: Named, target: string): Split | undefined {
  const path = target.split('.');
  for (let length = path.length; length > 0; length--) {
    const module = named(path.slice(0, length).join('.'));
    if (module) return { module, rest: path.slice(length) };
  }
  return undefined;
}

function follow(named: Named, target: string, depth: number): string {
  const own = depth > 0 ? split(named, target) : undefined;
  if (!own || own.rest.length === 0) return target;
  const next = onward(own);
  return next === undefined || next === target
    ? [own.module.name, ...own.rest].join('.')
    : follow(named, next, depth - 1);
}

/** The name that an import of the module stands for; undefined for what it defines itself. */
function onward({ module, rest }: Split): string | undefined {
  const [first = '', ...others] = rest;
  const top = module.imports.filter(({ scope, typing }) => scope === '' && !typing);
  const from = top.find(({ local }) => local === first);
  if (from) return [from.target, ...others].join('.');
  const star = defines(module, first) ? undefined : top.find(({ local }) => local === '*');
  return star && [star.target, ...rest].join('.');
}

const definitions = new WeakMap<Module, ReadonlySet<string>>();

function defines(module: Module, name: string): boolean {
  const { assigns, functions, classes } = module;
  const top = (each: { readonly name: string; readonly scope: string }): string[] =>
    each.scope === '' ? [each.name] : [];
  const known =
    definitions.get(module) ?? new Set([...assigns.flatMap(top), ...functions.flatMap(top), ...classes.flatMap(top)]);
  definitions.set(module, known);
  return known.has(name);
}
