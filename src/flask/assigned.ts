import type { PyAssign, Value } from '../python/model.ts';
import type { Module, Project } from './project.ts';

/** A value that a name is given, and where. */
export interface Assigned {
  readonly owner: Module;
  readonly scope: string;
  readonly value: Value;
}

/** What a dotted name is given: the last unconditional value and what conditions may put after it. */
export function assignedTo(project: Project, target: string, from: Module): Assigned[] {
  const resolved = project.resolve(target);
  const owner = ownerOf(project, resolved) ?? from;
  const all = owner.assigns.filter(
    (each) => each.key === undefined && (each.target === resolved || `${owner.name}.${each.target}` === resolved),
  );
  const fixed = all.findLastIndex(({ conditional, operator }) => !conditional && operator === '=');
  const kept = fixed === -1 ? all : all.slice(fixed);
  // What is added on to says nothing of the whole.
  const whole = ({ operator, value }: PyAssign): Value =>
    operator === '=' ? value : { kind: 'other', of: [], start: value.start, end: value.end };
  const found = kept.map((each) => ({ owner, scope: each.scope, value: whole(each) }));
  return found.length > 0 ? found : attributeOf(project, resolved);
}

function ownerOf(project: Project, target: string): Module | undefined {
  const path = target.split('.');
  for (let length = path.length - 1; length > 0; length--) {
    const module = project.named(path.slice(0, length).join('.'));
    if (module) return module;
  }
  return undefined;
}

/** `settings.key` where `settings` is an object of an own class with that attribute. */
function attributeOf(project: Project, resolved: string): Assigned[] {
  const [, object = '', attribute = ''] = /^(.+)\.(\w+)$/.exec(resolved) ?? [];
  const home = ownerOf(project, object);
  const made = home?.assigns.findLast((each) => each.target === object && each.value.kind === 'call');
  const own = made?.value.kind === 'call' ? project.classOf(made.value.call.target) : undefined;
  if (!own) return [];
  const scope = own.found.scope === '' ? own.found.name : `${own.found.scope}.${own.found.name}`;
  return own.module.assigns
    .filter((each) => each.scope === scope && each.name.toLowerCase() === attribute.toLowerCase())
    .map(({ value }) => ({ owner: own.module, scope, value }));
}
