import { type PyClass, type PyFunction, qualname } from '../python/model.ts';
import type { Module, Project } from './project.ts';

/** A module of the app and what is left of a dotted name below it. */
interface Split {
  readonly module: Module;
  readonly rest: readonly string[];
}

type Splitting = (target: string) => Split | undefined;

/** Follows dotted names through the imports of the app's own modules. */
export function resolver(named: Project['named']): Pick<Project, 'resolve' | 'classOf' | 'functionOf'> {
  const split = remembering((target: string) => splitBy(named, target));
  const resolve = remembering((target: string) => follow(split, target, 8));
  const find = <T extends PyClass | PyFunction>(target: string, all: (module: Module) => ReadonlyMap<string, T>) => {
    const own = split(resolve(target));
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

/** A function that answers each question once. */
function remembering<K, V>(answer: (question: K) => V): (question: K) => V {
  const known = new Map<K, V>();
  return (question) => {
    const found = known.get(question);
    if (found !== undefined || known.has(question)) return found as V;
    const fresh = answer(question);
    known.set(question, fresh);
    return fresh;
  };
}

/** Definitions by qualified name, the first of each. */
function indexed<T extends PyClass | PyFunction>(of: (module: Module) => readonly T[]) {
  return remembering((module: Module): ReadonlyMap<string, T> => {
    const all = of(module).toReversed();
    return new Map(all.map((each) => [qualname(each), each]));
  });
}

function splitBy(named: Project['named'], target: string): Split | undefined {
  const path = target.split('.');
  for (let length = path.length; length > 0; length--) {
    const module = named(path.slice(0, length).join('.'));
    if (module) return { module, rest: path.slice(length) };
  }
  return undefined;
}

function follow(split: Splitting, target: string, depth: number): string {
  const own = depth > 0 ? split(target) : undefined;
  if (!own || own.rest.length === 0) return target;
  const next = onward(own);
  return next === undefined || next === target
    ? [own.module.name, ...own.rest].join('.')
    : follow(split, next, depth - 1);
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
