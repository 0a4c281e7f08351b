import { argument, type PyCall, qualname, text, type Value } from '../python/model.ts';
import type { RouteFacts } from './facts.ts';
import { type Module, type Project, placeAt } from './project.ts';

const verbs = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** Every route that a decorator or `add_url_rule` declares. */
export function findRoutes(project: Project): RouteFacts[] {
  return [...project.modules.values()].flatMap((module) => [...decorated(module, project), ...added(module, project)]);
}

function decorated(module: Module, project: Project): RouteFacts[] {
  return module.functions.flatMap((fn) => {
    const others = fn.decorators.flatMap((value) => (isRoute(value) ? [] : project.resolve(decoratorName(value))));
    return fn.decorators.filter(isRoute).map((value) => ({
      ...routeOf(module, value.call),
      view: `${module.name}.${qualname(fn)}`,
      decorators: others,
    }));
  });
}

function decoratorName(value: Value): string {
  return value.kind === 'call' ? value.call.target : value.kind === 'name' ? value.target : '?';
}

function isRoute(value: Value): value is Value & { readonly kind: 'call' } {
  if (value.kind !== 'call') return false;
  const method = value.call.callee.split('.').at(-1) ?? '';
  if (!value.call.callee.includes('.')) return false;
  return method === 'route' || (verbs.has(method) && text(value.call.args[0]?.value)?.startsWith('/') === true);
}

function added(module: Module, project: Project): RouteFacts[] {
  return module.calls
    .filter(({ callee }) => callee.endsWith('.add_url_rule'))
    .map((call) => {
      const view = argument(call, 'view_func', 2);
      const target =
        view?.kind === 'name' ? view.target : view?.kind === 'call' ? view.call.target.replace(/\.as_view$/, '') : '?';
      return { ...routeOf(module, call), view: project.resolve(target), decorators: [] };
    });
}

function routeOf(module: Module, call: PyCall): Omit<RouteFacts, 'view' | 'decorators'> {
  const rule = text(argument(call, 'rule', 0));
  return {
    ...placeAt(module, call.start),
    ...(rule !== undefined && { rule }),
    methods: methodsOf(call),
    on: call.target.replace(/\.\w+$/, ''),
    role: module.role,
  };
}

function methodsOf(call: PyCall): string[] {
  const verb = call.callee.split('.').at(-1) ?? '';
  if (verbs.has(verb)) return [verb.toUpperCase()];
  const methods = argument(call, 'methods');
  if (methods?.kind !== 'list') return ['GET'];
  return methods.items.flatMap((item) => text(item)?.toUpperCase() ?? []);
}
