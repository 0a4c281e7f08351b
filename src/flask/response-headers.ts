import type { Place } from '../mitigation.ts';
import { type PyCall, type PyFunction, qualname, text, type Value } from '../python/model.ts';
import type { Role } from './facts.ts';
import { type Module, type Project, placeAt } from './project.ts';
import { scoped } from './scoped.ts';

/** A header that the app's code puts on its responses. */
export interface HeaderFacts extends Place {
  /** In lower case. */
  readonly name: string;
  readonly value: Value;
  /** True in a function that sees every response; false in one view. */
  readonly everywhere: boolean;
  readonly conditional: boolean;
  readonly scope: string;
  readonly role: Role;
}

/** Every header that is set on a response, in hooks that see all of them and in single views. */
export function findHeaders(project: Project): HeaderFacts[] {
  const hooks = hooksOf(project);
  return [...project.modules.values()].flatMap((module) => {
    const inside = (scope: string): boolean =>
      hooks.has(`${module.name}.${scope}`) || outer(scope).some((each) => hooks.has(`${module.name}.${each}`));
    return [...assigned(module, inside), ...called(module, inside)];
  });
}

function outer(scope: string): string[] {
  const parts = scope.split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
}

const hook = /\.(after_request|after_app_request|process_response)$/;

/** Dotted names of functions that are given every response, and of the functions that they hand it to. */
function hooksOf(project: Project): ReadonlySet<string> {
  const direct = [...project.modules.values()].flatMap((module) => [
    ...module.functions.filter(isHook).map((fn) => `${module.name}.${qualname(fn)}`),
    ...module.calls.flatMap((call) => registered(project, call)),
  ]);
  return new Set([...direct, ...direct.flatMap((name) => handedOn(project, name))]);
}

/** `process_response` is the name in an own subclass of Flask and in its extensions. */
function isHook(fn: PyFunction): boolean {
  return (
    fn.decorators.some((value) => value.kind === 'name' && hook.test(value.name)) ||
    fn.name === 'process_response' ||
    (fn.name === '__call__' && fn.params.includes('start_response'))
  );
}

function registered(project: Project, { callee, args }: PyCall): string[] {
  if (!hook.test(callee) && !/after_request_funcs|\.append$/.test(callee)) return [];
  const value = args[0]?.value;
  if (value?.kind !== 'name' || (callee.endsWith('.append') && !callee.includes('after_request_funcs'))) return [];
  return [value.target.replaceAll('<locals>.', ''), project.resolve(value.target)];
}

function handedOn(project: Project, name: string): string[] {
  const own = project.functionOf(name);
  if (!own) return [];
  return scoped(own.module, qualname(own.found)).calls.flatMap((call) => {
    const inner = project.functionOf(call.target);
    const given = call.args.some(({ value }) => value.kind === 'name' && own.found.params.includes(value.name));
    return inner && given ? [`${inner.module.name}.${qualname(inner.found)}`] : [];
  });
}

type Inside = (scope: string) => boolean;

/** `response.headers["Name"] = value`. */
function assigned(module: Module, inside: Inside): HeaderFacts[] {
  return module.assigns.flatMap((each) => {
    const names = each.key && /(^|\.)headers$/.test(each.name) ? keyNames(module, each.key, each) : [];
    return names.map((name) => ({
      ...placeAt(module, each.start),
      name: name.toLowerCase(),
      value: each.value,
      everywhere: inside(each.scope),
      conditional: each.conditional && each.key?.kind === 'literal',
      scope: each.scope,
      role: module.role,
    }));
  });
}

/** The key, or the keys that a loop over a dictionary gives it. */
function keyNames(module: Module, key: Value, at: { scope: string; start: number }): string[] {
  const only = text(key);
  if (only !== undefined) return [only];
  if (key.kind === 'item' && key.of.kind === 'name') return valuesOf(module, key.of.name);
  if (key.kind !== 'name') return [];
  const loop = scoped(module, at.scope).loops.find(
    (each) => each.variable === key.name && each.start <= at.start && at.start <= each.end,
  );
  if (!loop) return [];
  const base =
    loop.items.kind === 'call'
      ? loop.items.call.callee.replace(/\.items$/, '')
      : loop.items.kind === 'name'
        ? loop.items.name
        : '';
  const held = module.assigns.findLast(({ name, key: own }) => name === base && own === undefined)?.value;
  return held?.kind === 'dict' ? held.entries.flatMap((entry) => text(entry.key) ?? []) : [];
}

/** The names that a dictionary of settings gives headers. */
function valuesOf({ assigns }: Module, name: string): string[] {
  const held = assigns.findLast((each) => each.name === name && each.key === undefined)?.value;
  return held?.kind === 'dict' ? held.entries.flatMap((entry) => text(entry.value) ?? []) : [];
}

/** `response.headers.set("Name", value)`, `update({...})` and `headers.add`. */
function called(module: Module, inside: Inside): HeaderFacts[] {
  return module.calls.flatMap((call) => {
    const [, method] =
      /(?:^|\.)headers\.(set|add|setdefault|update|extend|__setitem__|add_header)$/.exec(call.callee) ?? [];
    if (method === undefined) return [];
    return pairsOf(call).map(({ name, value }) => ({
      ...placeAt(module, value.start),
      name: name.toLowerCase(),
      value,
      everywhere: inside(call.scope),
      conditional: call.conditional,
      scope: call.scope,
      role: module.role,
    }));
  });
}

function pairsOf({ args }: PyCall): { name: string; value: Value }[] {
  const [first, second] = args;
  const name = text(first?.value);
  if (name !== undefined && second) return [{ name, value: second.value }];
  const given = first?.value;
  if (given?.kind === 'dict')
    return given.entries.flatMap((entry) => {
      const key = text(entry.key);
      return key === undefined ? [] : [{ name: key, value: entry.value }];
    });
  return [];
}
