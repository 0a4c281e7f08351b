import type { AppFacts } from './facts.ts';
import { lazily } from './lazily.ts';
import { pagesOfOthers } from './other-apps.ts';

/**
 * The facts of an app without what an earlier `add` wrote into it, which says nothing of what its developers did or want:
 * a plan comes to the same however often it is made. The pages of other apps are left out as well. Only the list of files
 * stays whole.
 */
export function theirs(app: AppFacts, written: ReadonlySet<string>): AppFacts {
  const hidden = new Set([...written, ...pagesOfOthers(app)]);
  return hidden.size === 0 ? app : lists(app, hidden, { deploy: () => lists(app.deploy, hidden) });
}

type Finders<T> = { readonly [K in keyof T]: () => T[K] };

function lists<T extends object>(facts: T, written: ReadonlySet<string>, special: Partial<Finders<T>> = {}): T {
  const names = Object.keys(facts) as (keyof T)[];
  const plain = names.map((name) => [name, () => without(facts[name], written)]);
  return lazily<T>({ ...(Object.fromEntries(plain) as Finders<T>), ...special });
}

function without<V>(value: V, written: ReadonlySet<string>): V;
function without(value: unknown, written: ReadonlySet<string>): unknown {
  if (value instanceof Map) return new Map([...value].filter(([path]) => !written.has(path)));
  return Array.isArray(value) ? value.filter((each) => !written.has(each.file ?? each.path)) : value;
}
