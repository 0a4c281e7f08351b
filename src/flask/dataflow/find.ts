import { type PyCall, type PyFunction, qualname, type Value } from '../../python/model.ts';
import { assignedTo } from '../assigned.ts';
import type { RouteFacts } from '../facts.ts';
import { type Module, type Project, placeAt } from '../project.ts';
import { scoped } from '../scoped.ts';
import type { DataFlow, SinkKind, Taint } from './facts.ts';
import { isResource, methodParams, paramsOfViews, resolverTaints, routeTaint, type Views } from './given.ts';
import { guardOf } from './guards.ts';
import { sinksOf } from './sinks.ts';
import { argumentTaints, type Looking, taintOf } from './taint.ts';

/** Request data that reach files, templates, markup or redirects: inside each function and one call deep. */
export function findFlows(project: Project, routes: readonly RouteFacts[]): DataFlow[] {
  const views = paramsOfViews(routes);
  const found = [...project.modules.values()]
    .filter(({ role }) => role === 'production')
    .flatMap((module) => module.functions.flatMap((fn) => ofFunction(project, module, { fn, views })));
  return once(found);
}

/** More than any expression of a real app needs. */
const budget = 1_000;

interface Viewed {
  readonly fn: PyFunction;
  readonly views: Views;
}

function ofFunction(project: Project, module: Module, { fn, views }: Viewed): DataFlow[] {
  const scope = qualname(fn);
  const routed = views.get(`${module.name}.${scope}`) ?? methodParams(module, fn, views);
  const params = new Map(
    routed ? routed.flatMap((param) => routeTaint(module, fn, param)) : resolverTaints(module, fn),
  );
  const at: Looking = { project, module, scope, params, depth: 2, steps: 40, budget: { left: 0 } };
  const { calls } = scoped(module, scope);
  const fresh = (): Looking => ({ ...at, budget: { left: budget } });
  const inside = calls.flatMap((call) => [...atCall(call, fresh()), ...inHelper(call, fresh())]);
  const answers = (routed && !isResource(project, `${module.name}.${fn.scope}`)) || answersErrors(fn);
  return [...inside, ...(answers ? atReturns(fn, fresh()) : [])];
}

function answersErrors({ decorators }: PyFunction): boolean {
  return decorators.some((value) => value.kind === 'call' && /\.(app_)?errorhandler$/.test(value.call.callee));
}

function atCall(call: PyCall, at: Looking): DataFlow[] {
  const target = at.project.resolve(call.target);
  // Markup that is turned back into text.
  if (/^\.(unescape|striptags)\b/.test(at.module.source.text.slice(call.end, call.end + 12))) return [];
  if (/\.from_string$/.test(call.callee) && inSandbox(call, at)) return [];
  return sinksOf(call, target).flatMap(({ kind, value, guard, into }) => {
    if (kind === 'save' && !isUpload(call, at)) return [];
    const found = flow(kind, value, { at, start: call.start, guard, into });
    return found.length === 0 && kind === 'template' ? builtTemplate(value, call, at) : found;
  });
}

/** Models, forms and repositories are saved, too; an upload is told by what it is taken from, or by its name. */
function isUpload({ callee, target, on, start, end }: PyCall, at: Looking): boolean {
  const cut = (dotted: string): string => dotted.replace(/\.\w+$/, '');
  const object = on ?? { kind: 'name' as const, name: cut(callee), target: cut(target), start, end };
  const name = /\w+$/.exec(cut(callee))?.[0] ?? '';
  return named.test(name) || taintOf(object, at)?.what === 'request.files' || on !== undefined;
}

const named =
  /^(f|fs|img|pic|pdf|csv|doc|media|logo|\w*(file|upload|image|picture|photo|avatar|attachment|document|storage)\w*)$/i;

/** A template that is rendered by an environment which keeps it from doing harm. */
function inSandbox({ target, on }: PyCall, { project, module }: Looking): boolean {
  const object = on ?? { kind: 'name' as const, name: '', target: target.replace(/\.\w+$/, ''), start: 0, end: 0 };
  const made = object.kind === 'name' ? assignedTo(project, object.target, module).map(({ value }) => value) : [object];
  return made.some((value) => {
    if (value.kind !== 'call') return false;
    const own = project.functionOf(value.call.target);
    const given = own?.found.returns ?? [value];
    return given.some((each) => each.kind === 'call' && /Sandboxed\w*$/.test(project.resolve(each.call.target)));
  });
}

/** The sinks of an own function that the data are given to. */
function inHelper(call: PyCall, at: Looking): DataFlow[] {
  const own = at.project.functionOf(call.target);
  if (own?.module.role !== 'production') return [];
  const params = argumentTaints(own.found.params, call, at);
  if (params.size === 0) return [];
  const scope = qualname(own.found);
  const inside: Looking = { ...at, module: own.module, scope, params: handedOn(params, call, at), depth: 1 };
  return scoped(own.module, scope).calls.flatMap((each) => atCall(each, inside));
}

/** A template that is put together when it is rendered, whatever it is put together from. */
function builtTemplate(value: Value, { start }: PyCall, { module, scope }: Looking): DataFlow[] {
  const given =
    value.kind === 'name'
      ? scoped(module, scope).assigns.findLast((each) => each.name === value.name && each.end <= start)
      : undefined;
  const made = given?.value ?? value;
  if (!isPutTogether(made)) return [];
  const { name, role } = module;
  const what = 'text put together';
  return [
    {
      ...placeAt(module, start),
      sink: 'template',
      source: placeAt(module, made.start),
      what,
      within: `${name}.${scope}`,
      role,
    },
  ];
}

function isPutTogether(value: Value): boolean {
  if (value.kind === 'call') return /\.format$/.test(value.call.callee) && value.call.args.length > 0;
  return (
    value.kind === 'other' && /^[f+%]$/.test(value.operator ?? '') && value.of.some((each) => each.kind !== 'literal')
  );
}

/** A check inside the helper names the parameter; a function that checks before the call counts in the helper, too. */
function handedOn(params: ReadonlyMap<string, Taint>, { start }: PyCall, at: Looking): ReadonlyMap<string, Taint> {
  const { module, scope } = at;
  return new Map(
    [...params].map(([name, taint]) => {
      const path = guardOf(taint, { module, scope, kind: 'open', at: start });
      const cleaned = path?.endsWith('()') !== true ? taint.cleaned : { ...taint.cleaned, path };
      return [name, { ...taint, cleaned, names: [...taint.names, name] }];
    }),
  );
}

interface Where {
  readonly at: Looking;
  readonly start: number;
  readonly guard?: string | undefined;
  readonly into?: string | undefined;
}

function flow(kind: SinkKind, value: Value, { at, start, guard, into }: Where): DataFlow[] {
  const taint = taintOf(value, at);
  // An upload itself is content; what it is called is a path.
  if (!taint || (/^(open|send-file|delete)$/.test(kind) && taint.what === 'request.files')) return [];
  const { module, scope } = at;
  const found = guard ?? guardOf(taint, { module, scope, kind, at: start });
  return [
    {
      ...placeAt(module, /^(template|markup|render)$/.test(kind) ? start : value.start),
      sink: kind,
      source: taint.source,
      what: taint.what,
      ...(found !== undefined && { guard: found }),
      ...(into !== undefined && { into }),
      within: `${module.name}.${scope}`,
      role: module.role,
    },
  ];
}

/** Text that a view gives back is sent as HTML. */
function atReturns(fn: PyFunction, at: Looking): DataFlow[] {
  return fn.returns.flatMap((value) => {
    const body = value.kind === 'list' ? value.items[0] : value;
    if (!body || !isText(body, at) || isTyped(body, at)) return [];
    return flow('html', body, { at, start: body.start }).filter(
      ({ what }) => !/request\.(json|get_json|files)/.test(what),
    );
  });
}

/** A response whose type is set before it is given back. */
function isTyped(value: Value, { module, scope }: Looking): boolean {
  const { name } = value as { name?: string };
  return scoped(module, scope).assigns.some(
    (each) => each.name === `${name}.mimetype` || each.name === `${name}.content_type`,
  );
}

/** Strings that are put together, names of them, and request values as they came; what other functions build is theirs to judge. */
function isText(value: Value, at: Looking): boolean {
  switch (value.kind) {
    case 'name':
      return assignedText(value.name, value.start, at);
    case 'other':
      return /^[f+%]$/.test(value.operator ?? '');
    case 'item':
      // One of several things that a function gives back.
      return !(value.of.kind === 'call' && value.key.kind === 'literal' && typeof value.key.value === 'number');
    case 'call':
      return (
        /\.(format|join|get|replace|strip|lower|upper)$/.test(value.call.callee) || isPlainResponse(value.call, at)
      );
    case 'choice':
      return value.of.some((each) => isText(each, at));
    default:
      return false;
  }
}

function assignedText(name: string, before: number, at: Looking): boolean {
  const given = scoped(at.module, at.scope).assigns.findLast((each) => each.name === name && each.end <= before);
  if (!given) return at.params.has(name);
  return given.value.kind !== 'name' && isText(given.value, at);
}

/** A response of text, unless it is of another type than HTML. */
function isPlainResponse({ target, args }: PyCall, { project }: Looking): boolean {
  if (!/^flask\.(make_response|Response)$/.test(project.resolve(target))) return false;
  const typed = args.find(({ name }) => name === 'mimetype' || name === 'content_type' || name === 'headers');
  return typed === undefined || (typed.value.kind === 'literal' && /html/.test(String(typed.value.value)));
}

function once(flows: readonly DataFlow[]): DataFlow[] {
  const seen = new Set<string>();
  return flows.filter((each) => {
    const key = `${each.file}:${each.line} ${each.sink} ${each.into ?? ''} ${each.guard === undefined}`;
    return !seen.has(key) && seen.add(key);
  });
}
