import type { Placed, PyAssign, PyCall, PyCondition, PyLoop } from '../python/model.ts';
import type { Module } from './project.ts';

/** What stands directly in one function, class or module. */
export interface Scoped {
  readonly assigns: readonly PyAssign[];
  readonly calls: readonly PyCall[];
  readonly loops: readonly PyLoop[];
  readonly conditions: readonly PyCondition[];
}

const none: Scoped = { assigns: [], calls: [], loops: [], conditions: [] };
const known = new WeakMap<Module, ReadonlyMap<string, Scoped>>();

/** The content of a scope by its qualified name; each module is indexed once. */
export function scoped(module: Module, scope: string): Scoped {
  const all = known.get(module) ?? indexed(module);
  known.set(module, all);
  return all.get(scope) ?? none;
}

function indexed(module: Module): ReadonlyMap<string, Scoped> {
  const parts = {
    assigns: grouped(module.assigns),
    calls: grouped(module.calls),
    loops: grouped(module.loops),
    conditions: grouped(module.conditions),
  };
  const scopes = new Set(Object.values(parts).flatMap((part) => [...part.keys()]));
  const of = (scope: string): Scoped => ({
    assigns: parts.assigns.get(scope) ?? [],
    calls: parts.calls.get(scope) ?? [],
    loops: parts.loops.get(scope) ?? [],
    conditions: parts.conditions.get(scope) ?? [],
  });
  return new Map([...scopes].map((scope) => [scope, of(scope)]));
}

function grouped<T extends Placed>(all: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const group = groups.get(each.scope);
    if (group) group.push(each);
    else groups.set(each.scope, [each]);
  }
  return groups;
}
