import type { Place } from '../mitigation.ts';
import { type PyCall, qualname } from '../python/model.ts';
import type { FlowStep } from './flow.ts';
import { type Module, type Project, placeAt } from './project.ts';

/** Where an object gets the app. */
export interface Started {
  readonly place: Place;
  readonly conditional: boolean;
}

/** Dotted names of the objects whose `init_app` is called, loops unrolled and arguments of helpers followed. */
export function initialisations(project: Project, flow: readonly FlowStep[]): ReadonlyMap<string, Started> {
  const found = new Map<string, Started>();
  const add = (target: string, module: Module, call: Pick<PyCall, 'start' | 'conditional'>): void => {
    const name = project.resolve(target);
    if (!found.has(name)) found.set(name, { place: placeAt(module, call.start), conditional: call.conditional });
  };
  for (const { module, call, loops, conditional, given } of flow) {
    if (!call?.callee.endsWith('.init_app')) continue;
    const passed = given?.get(receiver(call.callee));
    const targets = passed === undefined ? receivers(call, loops) : [...receivers(call, loops), passed];
    for (const target of targets) add(target, module, { start: call.start, conditional });
  }
  for (const { module, call } of elsewhere(project)) {
    const loops = module.loops.filter(({ scope }) => scope === call.scope);
    for (const target of receivers(call, loops)) add(target, module, call);
  }
  return found;
}

/** Calls that the flow of the app does not reach, such as those of a factory made by a library. */
function elsewhere(project: Project): { module: Module; call: PyCall }[] {
  const modules = [...project.modules.values()];
  const called = new Set(modules.flatMap(({ calls }) => calls.map(({ target }) => project.resolve(target))));
  const methods = new Set(modules.flatMap(({ calls }) => calls.map(({ callee }) => callee.replace(/^.*\./, '.'))));
  const own = modules.filter(({ role }) => role === 'production');
  const runs = (module: Module, { scope }: PyCall): boolean =>
    scope === '' ||
    called.has(`${module.name}.${scope}`) ||
    (isMethod(module, scope) && methods.has(scope.replace(/^.*\./, '.')));
  return own.flatMap((module) =>
    module.calls
      .filter((call) => call.callee.endsWith('.init_app') && runs(module, call))
      .map((call) => ({ module, call })),
  );
}

function receiver(name: string): string {
  return name.replace(/\.init_app$/, '');
}

function receivers(call: PyCall, loops: FlowStep['loops']): string[] {
  const loop = loops.find(({ variable }) => call.callee === `${variable}.init_app`);
  if (loop?.items.kind !== 'list') return [receiver(call.target)];
  return loop.items.items.flatMap((value) => (value.kind === 'name' ? [value.target] : []));
}

/** A function of a class: of an object that sets the app up. */
function isMethod({ classes }: Module, scope: string): boolean {
  const owner = scope.split('.').slice(0, -1).join('.');
  return classes.some((each) => qualname(each) === owner);
}
