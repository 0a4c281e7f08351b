import { argument, type PyCall, text, type Value } from '../python/model.ts';
import { assignedTo } from './assigned.ts';
import { passedTo } from './callers.ts';
import { functionAt } from './config-objects.ts';
import type { Module, Project } from './project.ts';

/** One key of a mapping, with where it is given. */
export interface MappingEntry {
  readonly module: Module;
  readonly scope: string;
  readonly key: string;
  readonly value: Value;
  readonly start: number;
  readonly conditional: boolean;
  /** What holds where nothing else, such as the environment, says more. */
  readonly preset?: true;
}

/** An expression and where it stands. */
export interface MappingAt {
  readonly project: Project;
  readonly module: Module;
  readonly scope: string;
  readonly value: Value;
  readonly depth?: number;
}

/** What an expression for a mapping holds: literals, `dict()`, what is merged in, and what a name is given afterwards. */
export function entriesOf(at: MappingAt): MappingEntry[] {
  const { value, depth = 4 } = at;
  if (depth === 0) return [];
  const inner = { ...at, depth: depth - 1 };
  switch (value.kind) {
    case 'dict':
      return value.entries.flatMap((entry) => {
        const key = text(entry.key);
        if (key !== undefined) return [entryAt(at, key, entry)];
        return entry.key ? [] : entriesOf({ ...inner, value: entry.value });
      });
    case 'call':
      return ofCall(value.call, inner);
    case 'name':
      return ofName(value, inner);
    default:
      return [];
  }
}

function entryAt({ module, scope }: MappingAt, key: string, at: { value: Value; start: number }): MappingEntry {
  return { module, scope, key, value: at.value, start: at.start, conditional: false };
}

/** `dict(KEY=value)`, and a copy of another mapping. */
function ofCall(call: PyCall, at: MappingAt): MappingEntry[] {
  if (call.callee !== 'dict') return [];
  return call.args.flatMap((arg) =>
    arg.name === undefined ? entriesOf({ ...at, value: arg.value }) : [entryAt(at, arg.name, arg)],
  );
}

function ofName(value: Value & { kind: 'name' }, at: MappingAt): MappingEntry[] {
  const { project, module, scope } = at;
  const held = assignedTo(project, value.target, module).flatMap((each) =>
    entriesOf({ ...at, module: each.owner, scope: each.scope, value: each.value }),
  );
  const near = (other: string): boolean =>
    other === scope || (value.name.startsWith('self.') && classOf(other) === classOf(scope));
  const written = module.assigns.flatMap((each) => {
    const key = each.name === value.name && near(each.scope) ? text(each.key) : undefined;
    return key === undefined ? [] : [{ ...entryAt(at, key, each), scope: each.scope, conditional: each.conditional }];
  });
  const updates = module.calls.filter(({ callee, scope: of }) => callee === `${value.name}.update` && near(of));
  const merged = updates.flatMap((call) => [
    ...call.args.flatMap((arg) => (arg.name === undefined ? [] : [entryAt(at, arg.name, arg)])),
    ...mergedIn(call, at),
  ]);
  return [...held, ...passed(value.name, at), ...merged, ...written];
}

/** What callers give a parameter, such as the settings that `create_app({...})` starts with. */
function passed(name: string, at: MappingAt): MappingEntry[] {
  const { project, module, scope } = at;
  const fn = functionAt(module, scope);
  if (!fn?.params.includes(name)) return [];
  return passedTo(project, { module, fn }, name).flatMap((each) => entriesOf({ ...at, ...each }));
}

/** What `update()` is given; `{key: read(key, value) for key, value in DEFAULTS.items()}` gives what the defaults say. */
function mergedIn(call: PyCall, at: MappingAt): MappingEntry[] {
  const first = argument(call, '', 0);
  if (!first) return [];
  const defaults = first.kind === 'other' ? itemsIn(first) : undefined;
  if (!defaults) return entriesOf({ ...at, value: first });
  const cut = (dotted: string): string => dotted.replace(/\.items$/, '');
  const { start, end, callee, target } = defaults;
  const name: Value = { kind: 'name', name: cut(callee), target: cut(target), start, end };
  return entriesOf({ ...at, value: name }).map((entry) => ({ ...entry, preset: true }));
}

function itemsIn(value: Value): PyCall | undefined {
  if (value.kind === 'call') return /\.items$/.test(value.call.callee) ? value.call : undefined;
  return value.kind === 'other' ? value.of.map(itemsIn).find((each) => each !== undefined) : undefined;
}

function classOf(scope: string): string {
  return scope.split('.').slice(0, -1).join('.');
}
