import type { Place } from '../mitigation.ts';
import { argument, type PyCall, type PyFunction, qualname, type Value } from '../python/model.ts';
import { isReached } from './called.ts';
import type { Role } from './facts.ts';
import { type Module, type Project, placeAt } from './project.ts';
import { scoped } from './scoped.ts';

/** A function that answers errors. */
export interface HandlerFacts extends Place {
  /** A status, the dotted name of an exception, or `?` where an expression gives it. */
  readonly handles: number | string;
  /** False for those of one blueprint, and where nothing calls the function that registers it. */
  readonly wide: boolean;
  /** Dotted name of the function where it is known. */
  readonly view: string;
  readonly role: Role;
}

/** Every error handler that a decorator or a call registers, loops over codes unrolled. */
export function findHandlers(project: Project): HandlerFacts[] {
  return [...project.modules.values()].flatMap((module) => [
    ...module.functions.flatMap((fn) => decorated(project, module, fn)),
    ...module.calls.flatMap((call) => registered(project, module, call)),
  ]);
}

function decorated(project: Project, module: Module, fn: PyFunction): HandlerFacts[] {
  return fn.decorators.flatMap((value) => {
    if (value.kind !== 'call') return [];
    const { callee } = value.call;
    const [code] = value.call.args;
    if (!/\.(app_)?errorhandler$/.test(callee) || !code) return [];
    const forAll = callee.endsWith('.app_errorhandler') || !isBlueprint(project, module, value.call);
    const wide = forAll && isReached(project, module, fn.scope);
    const view = `${module.name}.${qualname(fn)}`;
    return codes(code.value).map((each) => ({
      ...placeAt(module, value.start),
      handles: handled(project, each),
      wide,
      view,
      role: module.role,
    }));
  });
}

function registered(project: Project, module: Module, call: PyCall): HandlerFacts[] {
  const code = argument(call, 'code_or_exception', 0) ?? argument(call, 'code', 0);
  const view = viewOf(module, call);
  if (!code || !view) return [];
  const forAll = call.callee.endsWith('.app_errorhandler') || !isBlueprint(project, module, call);
  const wide = forAll && isReached(project, module, call.scope);
  const name = view.kind === 'name' ? project.resolve(view.target) : '?';
  return unrolled(module, call, code).map((each) => ({
    ...placeAt(module, call.start),
    handles: handled(project, each),
    wide,
    view: name,
    role: module.role,
  }));
}

/** The function of `register_error_handler(code, function)`, or of `errorhandler(code)(function)`. */
function viewOf(module: Module, call: PyCall): Value | undefined {
  if (/\.(register|app)_error_?handler$|\.register_error_handler$/.test(call.callee)) return argument(call, 'f', 1);
  if (!/\.(app_)?errorhandler$/.test(call.callee)) return undefined;
  const applied = scoped(module, call.scope).calls.find(
    (each) => each.start === call.start && each.callee === `${call.callee}()`,
  );
  return applied?.args[0]?.value;
}

/** The values of a loop that the code comes from. */
function unrolled(module: Module, call: PyCall, code: Value): readonly Value[] {
  if (code.kind !== 'name') return codes(code);
  const { loops } = scoped(module, call.scope);
  const loop = loops.find((each) => each.variable === code.name && each.start <= call.start && call.end <= each.end);
  const items = loop?.items;
  // Every error of Werkzeug.
  if (items && /\bdefault_exceptions$/.test(items.kind === 'name' ? items.name : ''))
    return [{ ...items, kind: 'name', name: 'HTTPException', target: 'werkzeug.exceptions.HTTPException' }];
  if (items?.kind === 'list')
    return items.items.flatMap((each) => (each.kind === 'list' ? each.items.slice(0, 1) : [each]));
  const held = items?.kind === 'name' ? module.assigns.findLast(({ name }) => name === items.name)?.value : undefined;
  if (held?.kind === 'list') return held.items;
  return held?.kind === 'dict' ? held.entries.flatMap(({ key }) => key ?? []) : [code];
}

function codes(value: Value): readonly Value[] {
  return value.kind === 'list' ? value.items : [value];
}

function handled(project: Project, value: Value): number | string {
  if (value.kind === 'literal' && typeof value.value === 'number') return value.value;
  if (value.kind !== 'name') return '?';
  // Constants of http.HTTPStatus, of requests.codes and the like.
  const status = statuses[/(^|\.)(\w+?)(\.value)?$/.exec(value.name)?.[2]?.toLowerCase() ?? ''];
  return status !== undefined && /status|codes|http/i.test(value.target) ? status : project.resolve(value.target);
}

const statuses: Readonly<Record<string, number>> = {
  not_found: 404,
  http_404_not_found: 404,
  internal_server_error: 500,
  server_error: 500,
  http_500_internal_server_error: 500,
};

function isBlueprint(project: Project, module: Module, { target, callee }: PyCall): boolean {
  const object = project.resolve(target.replace(/\.\w+$/, ''));
  const owner = project.named(object.split('.').slice(0, -1).join('.')) ?? module;
  const made = owner.assigns.findLast((each) => each.target === object)?.value;
  if (made?.kind === 'call') return /(^|\.)\w*(Blueprint|Namespace)$/.test(project.resolve(made.call.target));
  return /(^|\.)(bp|blueprint|\w+_bp|\w+_blueprint)\.\w+$/.test(callee);
}
