import type { PyFunction } from '../../python/model.ts';
import type { RouteFacts } from '../facts.ts';
import { type Module, type Project, placeAt } from '../project.ts';
import type { Taint } from './facts.ts';

/** What the routes give their views. */
export type Views = ReadonlyMap<string, RouteFacts['params']>;

/** Route parameters by the dotted name of the view, a function or a class. */
export function paramsOfViews(routes: readonly RouteFacts[]): Views {
  const found = new Map<string, RouteFacts['params']>();
  for (const { view, params } of routes) found.set(view, [...(found.get(view) ?? []), ...params]);
  return found;
}

/** A class of an API: what its methods give back is sent as JSON. */
export function isResource(project: Project, target: string, depth = 5): boolean {
  const own = depth === 0 ? undefined : project.classOf(target);
  return (
    own?.found.bases.some((base) => {
      const name = project.resolve(base);
      return /^flask_rest\w*\..*Resource$/.test(name) || isResource(project, name, depth - 1);
    }) ?? false
  );
}

/** What the routes of a class give a method of it. */
export function methodParams(module: Module, fn: PyFunction, views: Views): RouteFacts['params'] | undefined {
  return /^(get|post|put|patch|delete|dispatch_request)$/.test(fn.name)
    ? views.get(`${module.name}.${fn.scope}`)
    : undefined;
}

/** Converters that let text through; an app's own ones give what they have found. */
const textual = /^(default|string|unicode|path|regex|re)$|path|slug$/i;

/** A parameter of a route, where its converter lets text through. */
export function routeTaint(
  module: Module,
  fn: PyFunction,
  { name, converter }: RouteFacts['params'][number],
): [string, Taint][] {
  if (!textual.test(converter) || !fn.params.includes(name)) return [];
  return [
    [name, { what: `the route parameter ${name}`, source: placeAt(module, fn.start), names: [name], cleaned: {} }],
  ];
}

/** The arguments that a query of GraphQL gives a resolver or a mutation. */
export function resolverTaints(module: Module, fn: PyFunction): [string, Taint][] {
  if (!/^(mutate|resolve_\w+)$/.test(fn.name) || !/^\s*(from|import) (graphene|ariadne)\b/m.test(module.source.text))
    return [];
  return fn.params
    .filter((name) => !/^(self|cls|root|parent|obj|_|info|_info)$/.test(name))
    .map((name) => [
      name,
      { what: `the argument ${name} of a query`, source: placeAt(module, fn.start), names: [name], cleaned: {} },
    ]);
}
