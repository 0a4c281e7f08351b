import { qualname } from '../python/model.ts';
import type { Module, Project } from './project.ts';

interface Used {
  /** Dotted names of functions that are called, or handed on to be called. */
  readonly names: ReadonlySet<string>;
  /** Last names of what a loop calls on its variable. */
  readonly inLoops: ReadonlySet<string>;
}

const known = new WeakMap<Project, Used>();

/** False for what stands in a function that nothing calls, such as the `init_app` of a module that is left out. */
export function isReached(project: Project, module: Module, scope: string): boolean {
  const [outer = ''] = scope.split('.');
  const fn = module.functions.find((each) => each.scope === '' && qualname(each) === outer);
  if (!fn || fn.decorators.length > 0) return true;
  const used = known.get(project) ?? usedIn(project);
  known.set(project, used);
  // Factories are called by servers, and by nothing in the code.
  const isFactory = fn.params.every((param) => param !== 'app' && param !== 'application');
  return isFactory || used.names.has(`${module.name}.${outer}`) || used.inLoops.has(outer);
}

function usedIn(project: Project): Used {
  const modules = [...project.modules.values()].filter(({ role }) => role !== 'test');
  const names = modules.flatMap(({ calls, loops }) => [
    ...calls.map(({ target }) => target),
    ...calls.flatMap(({ args }) => args.map(({ value }) => (value.kind === 'name' ? value.target : ''))),
    ...loops
      .flatMap(({ items }) => (items.kind === 'list' ? items.items : []))
      .map((item) => (item.kind === 'name' ? item.target : '')),
  ]);
  const inLoops = modules.flatMap(({ calls, loops }) => {
    const variables = new Set(loops.map(({ variable }) => variable));
    return calls
      .filter(({ callee }) => variables.has(callee.split('.')[0] ?? ''))
      .map(({ callee }) => callee.split('.').at(-1) ?? '');
  });
  return { names: new Set(names.map(project.resolve)), inLoops: new Set(inLoops) };
}
