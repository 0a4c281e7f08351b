import { argument, type PyCall, type PyClass, qualname, text, type Value } from '../python/model.ts';
import type { RouteFacts } from './facts.ts';
import { type Module, type Project, placeAt } from './project.ts';

const verbs = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** Every route that a decorator, `add_url_rule` or `add_resource` declares; views are functions or classes. */
export function findRoutes(project: Project): RouteFacts[] {
  return [...project.modules.values()].flatMap((module) => [
    ...decorated(module, project),
    ...decoratedClasses(module, project),
    ...added(module, project),
    ...resources(module, project),
  ]);
}

function decorated(module: Module, project: Project): RouteFacts[] {
  return module.functions.flatMap((fn) => {
    const others = fn.decorators.flatMap((value) => (isRoute(value) ? [] : project.resolve(decoratorName(value))));
    return fn.decorators.filter(isRoute).map((value) => ({
      ...routeOf(module, value.call),
      methods: methodsOf(value.call),
      view: `${module.name}.${qualname(fn)}`,
      decorators: others,
    }));
  });
}

/** `@namespace.route("/x")` above a class whose methods are named after verbs. */
function decoratedClasses(module: Module, project: Project): RouteFacts[] {
  return module.classes.flatMap((own) => {
    const others = own.decorators.flatMap((value) => (isRoute(value) ? [] : project.resolve(decoratorName(value))));
    return own.decorators.filter(isRoute).map((value) => ({
      ...routeOf(module, value.call),
      methods: verbsOf(module, own),
      view: `${module.name}.${qualname(own)}`,
      decorators: [...others, ...classDecorators(module, own, project)],
    }));
  });
}

function decoratorName(value: Value): string {
  return value.kind === 'call' ? value.call.target : value.kind === 'name' ? value.target : '?';
}

function isRoute(value: Value): value is Value & { readonly kind: 'call' } {
  if (value.kind !== 'call') return false;
  const { callee, args } = value.call;
  // Flask-AppBuilder's decorator of methods.
  if (callee === 'expose') return true;
  const method = callee.split('.').at(-1) ?? '';
  if (!callee.includes('.')) return false;
  return method === 'route' || (verbs.has(method) && text(args[0]?.value)?.startsWith('/') === true);
}

function added(module: Module, project: Project): RouteFacts[] {
  return module.calls
    .filter(({ callee }) => callee.endsWith('.add_url_rule'))
    .map((call) => {
      const view = argument(call, 'view_func', 2);
      const target =
        view?.kind === 'name' ? view.target : view?.kind === 'call' ? view.call.target.replace(/\.as_view$/, '') : '?';
      return { ...routeOf(module, call), ...viewOf(project, target, call) };
    });
}

/** `api.add_resource(Class, "/x")`. */
function resources(module: Module, project: Project): RouteFacts[] {
  return module.calls
    .filter(({ callee }) => callee.endsWith('.add_resource'))
    .flatMap((call) => {
      const [view, ...rules] = call.args.filter(({ name }) => name === undefined);
      if (view?.value.kind !== 'name') return [];
      const { target } = view.value;
      return rules.map(({ value }) => {
        const rule = text(value);
        return {
          ...routeOf(module, call),
          ...(rule !== undefined && { rule }),
          params: paramsOf(rule),
          ...viewOf(project, target, call),
        };
      });
    });
}

function viewOf(project: Project, target: string, call: PyCall): Pick<RouteFacts, 'view' | 'decorators' | 'methods'> {
  const view = project.resolve(target);
  const own = project.classOf(view);
  if (own)
    return {
      view,
      decorators: classDecorators(own.module, own.found, project),
      methods: verbsOf(own.module, own.found),
    };
  const fn = project.functionOf(view);
  return {
    view,
    decorators: fn?.found.decorators.map((each) => project.resolve(decoratorName(each))) ?? [],
    methods: methodsOf(call),
  };
}

/** The verbs that a class has methods for; `methods = [...]` for one that dispatches itself. */
function verbsOf(module: Module, own: PyClass): string[] {
  const scope = qualname(own);
  const named = module.functions
    .filter((fn) => fn.scope === scope && verbs.has(fn.name))
    .map(({ name }) => name.toUpperCase());
  const listed = module.assigns.find((each) => each.scope === scope && each.name === 'methods')?.value;
  const all = listed?.kind === 'list' ? listed.items.flatMap((each) => text(each)?.toUpperCase() ?? []) : named;
  return all.length > 0 ? all : ['GET'];
}

/** `decorators = [...]` and `method_decorators = [...]` of a class-based view. */
function classDecorators(module: Module, own: PyClass, project: Project): string[] {
  const listed = module.assigns.find(
    (each) => each.scope === qualname(own) && /^(method_)?decorators$/.test(each.name),
  );
  return listed?.value.kind === 'list' ? listed.value.items.map((each) => project.resolve(decoratorName(each))) : [];
}

function routeOf(module: Module, call: PyCall): Omit<RouteFacts, 'view' | 'decorators' | 'methods'> {
  const rule = text(argument(call, 'rule', 0));
  return {
    ...placeAt(module, call.start),
    ...(rule !== undefined && { rule }),
    params: paramsOf(rule),
    on: call.target.replace(/\.\w+$/, ''),
    role: module.role,
  };
}

/** `<int:id>`, `<path:name>` and `<name>`. */
function paramsOf(rule: string | undefined): RouteFacts['params'] {
  const found = (rule ?? '').matchAll(/<(?:([A-Za-z_]\w*)(?:\([^)]*\))?:)?([A-Za-z_]\w*)>/g);
  return [...found].map(([, converter = 'string', name = '']) => ({ name, converter }));
}

function methodsOf(call: PyCall): string[] {
  const verb = call.callee.split('.').at(-1) ?? '';
  if (verbs.has(verb)) return [verb.toUpperCase()];
  const methods = argument(call, 'methods');
  if (methods?.kind !== 'list') return ['GET'];
  return methods.items.flatMap((item) => text(item)?.toUpperCase() ?? []);
}
