import type { Tier } from '../mitigation.ts';
import { type PyAssign, type PyCall, qualname, text, type Value } from '../python/model.ts';
import { tierAround } from './condition-tier.ts';
import type { ConfigClass, SettingFact } from './facts.ts';
import { entriesOf } from './mappings.ts';
import { type Module, type Project, placeAt } from './project.ts';
import type { FoundSource } from './sources.ts';
import { tierOf } from './tiers.ts';

type From = Pick<SettingFact, 'from' | 'tier' | 'conditional'> & { readonly holder?: string };

/** Every value that the sources give, in the order in which they apply. */
export function findSettings(project: Project, sources: readonly FoundSource[]): SettingFact[] {
  const all: SettingFact[] = [];
  // What is set before stays with `setdefault`.
  const isFirst = ({ key }: SettingFact): boolean => !all.some((each) => each.key === key && !each.conditional);
  for (const found of sources) {
    const facts = factsOf(project, found);
    all.push(...(isDefault(found) ? facts.filter(isFirst) : facts));
  }
  return all;
}

function isDefault({ step }: FoundSource): boolean {
  return step.call?.callee.endsWith('.setdefault') === true;
}

function factsOf(project: Project, found: FoundSource): SettingFact[] {
  const { source } = found;
  if (source.kind === 'class') return ofClasses(project, source.holders, source.conditional);
  if (source.kind === 'module') return source.holders.flatMap((name) => ofModule(project, name, source.conditional));
  return ofStep(project, found);
}

/** The classes that hold settings, bases before what is derived from them. */
export function findConfigClasses(project: Project, sources: readonly FoundSource[]): ConfigClass[] {
  const holders = sources.flatMap(({ source }) => (source.kind === 'class' ? source.holders : []));
  const order = [...new Set(holders.flatMap((target) => ancestry(project, target)))];
  return order.flatMap((target) => {
    const own = project.classOf(target);
    if (!own) return [];
    const { module, found } = own;
    return [
      {
        ...placeAt(module, found.start),
        target,
        tier: tierOf(found.name),
        bases: found.bases.map(project.resolve),
        body: found.body,
      },
    ];
  });
}

/** A class after all that it is derived from. */
function ancestry(project: Project, target: string, depth = 8): string[] {
  const own = depth > 0 ? project.classOf(target) : undefined;
  if (!own) return [];
  const name = project.resolve(target);
  return [...own.found.bases.toReversed().flatMap((base) => ancestry(project, project.resolve(base), depth - 1)), name];
}

/** What a class inherits counts in its tier; the only class of an app counts in all of them. */
function ofClasses(project: Project, holders: readonly string[], conditional: boolean): SettingFact[] {
  return once(
    holders.flatMap((holder) => {
      const named = tierOf(holder.split('.').at(-1) ?? '');
      const tier: Tier = holders.length === 1 && named !== 'testing' ? 'base' : named;
      const all = [...new Set(ancestry(project, holder))];
      return all.flatMap((target) => ofClass(project, target, { from: 'class', tier, conditional, holder: target }));
    }),
  );
}

function ofClass(project: Project, target: string, from: From): SettingFact[] {
  const own = project.classOf(target);
  if (!own) return [];
  const scope = qualname(own.found);
  const assigns = own.module.assigns.filter((each) => each.scope === scope && isKey(each.name));
  // An object of the class may be what the app takes over.
  const given = own.module.assigns.flatMap((each) => {
    const [, name = ''] = (each.scope === `${scope}.__init__` && /^self\.(\w+)$/.exec(each.name)) || [];
    return isKey(name) && !each.key ? [{ ...each, name }] : [];
  });
  return [...assigns, ...given].map((assign) => fact(own.module, assign, from));
}

/** Several classes share what they inherit: a value of a base class that every tier has is told once. */
function once(facts: readonly SettingFact[]): SettingFact[] {
  const seen = new Set<string>();
  return facts.filter((each) => {
    const key = `${each.file}:${each.line} ${each.key} ${each.tier}`;
    return !seen.has(key) && seen.add(key);
  });
}

function ofModule(project: Project, name: string, conditional: boolean): SettingFact[] {
  const module = project.named(name);
  if (!module) return [];
  const own = module.assigns.filter((each) => each.scope === '' && !each.key && isKey(each.name));
  const tier = tierOf(module.path.split('/').at(-1) ?? '');
  return own.map((assign) =>
    fact(module, assign, { from: 'module', tier: tier === 'testing' ? tier : 'base', conditional, holder: name }),
  );
}

const attributes: Readonly<Record<string, string>> = { secret_key: 'SECRET_KEY', debug: 'DEBUG', testing: 'TESTING' };

function ofStep(project: Project, { step, source }: FoundSource): SettingFact[] {
  const { module, call, assign } = step;
  const at = { tier: tierAround(module, step.at) ?? 'base', conditional: source.conditional } as const;
  if (assign) return ofAssign(module, assign, { ...at, from: 'statement' });
  if (!call || /FlaskDynaconf$|\.from_(object|pyfile|file|json|envvar|prefixed_env)$/.test(call.callee)) return [];
  if (call.callee.endsWith('.setdefault')) return ofDefault(module, call, { ...at, from: 'statement' });
  const from = { ...at, from: call.callee.endsWith('.update') ? 'update' : 'mapping' } as const;
  return call.args.flatMap(({ name, value, start }) =>
    name === undefined
      ? entriesOf({ project, module, scope: call.scope, value }).map((entry) =>
          valueFact(entry.module, entry, { ...from, conditional: from.conditional || entry.conditional }),
        )
      : [valueFact(module, { key: name, value, start, scope: call.scope }, from)],
  );
}

/** `app.config[KEY] = value`, `app.debug = value` and `app.config |= {...}`. */
function ofAssign(module: Module, assign: PyAssign, from: From): SettingFact[] {
  const key = assign.key ? text(assign.key) : attributes[assign.name.split('.').at(-1) ?? ''];
  if (key === undefined)
    return ofDict(module, { dict: assign.value, scope: assign.scope }, { ...from, from: 'update' });
  return [{ ...fact(module, assign, from), key }];
}

function ofDefault(module: Module, { args, start, scope }: PyCall, from: From): SettingFact[] {
  const key = text(args[0]?.value);
  const value = args[1]?.value;
  return key !== undefined && value ? [valueFact(module, { key, value, start, scope }, from)] : [];
}

function ofDict(module: Module, { dict, scope }: { dict: Value; scope: string }, from: From): SettingFact[] {
  if (dict.kind !== 'dict') return [];
  return dict.entries.flatMap(({ key, value, start }) => {
    const name = text(key);
    return name === undefined ? [] : [valueFact(module, { key: name, value, start, scope }, from)];
  });
}

function isKey(name: string): boolean {
  return /^[A-Z][A-Z\d_]*$/.test(name);
}

function fact(module: Module, assign: PyAssign, from: From): SettingFact {
  const conditional = from.conditional || assign.conditional;
  const { name: key, value, start, scope } = assign;
  return valueFact(module, { key, value, start, scope }, { ...from, conditional });
}

interface Given {
  readonly key: string;
  readonly value: Value;
  readonly start: number;
  readonly scope: string;
}

function valueFact(module: Module, { key, value, start, scope }: Given, from: From): SettingFact {
  const written = module.source.text.slice(value.start, value.end);
  const tier = from.tier === 'base' ? (tierAround(module, value) ?? 'base') : from.tier;
  return { ...placeAt(module, start), ...from, tier, key, value, written, scope, role: module.role };
}
