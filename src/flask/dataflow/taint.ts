import type { PyCall, Value } from '../../python/model.ts';
import { qualname, text } from '../../python/model.ts';
import { passedTo } from '../callers.ts';
import { functionAt } from '../config-objects.ts';
import { type Module, type Project, placeAt } from '../project.ts';
import { scoped } from '../scoped.ts';
import { effectOf, methodPasses } from './cleaners.ts';
import type { Taint } from './facts.ts';

/** A function that is looked into, with what its parameters carry. */
export interface Looking {
  readonly project: Project;
  readonly module: Module;
  readonly scope: string;
  readonly params: ReadonlyMap<string, Taint>;
  /** How many calls deep own functions are followed. */
  readonly depth: number;
  /** Guards against definitions that refer to themselves. */
  readonly steps: number;
  /** How many expressions may still be looked at for one call: keeps the cost linear. */
  readonly budget: { left: number };
}

const requestData =
  /^flask\.(globals\.)?request\.(args|form|values|files|json|data|headers|cookies|url|base_url|path|full_path|query_string|view_args|host|host_url|url_root|referrer|user_agent|stream|authorization|get_json|get_data|environ)\b/;

/** What an expression carries of the request; undefined for nothing. */
export function taintOf(value: Value, at: Looking): Taint | undefined {
  if (at.steps <= 0 || at.budget.left-- <= 0) return undefined;
  const inner = { ...at, steps: at.steps - 1 };
  switch (value.kind) {
    case 'name':
      return ofName(value, inner);
    case 'call':
      return ofCall(value.call, inner);
    case 'item':
      return ofItem(value.of, inner);
    case 'choice':
      return firstOf(value.of.length === 3 ? value.of.filter((_, index) => index !== 1) : value.of, inner);
    case 'list':
      return firstOf(value.items, inner);
    case 'dict':
      return firstOf(
        value.entries.map((entry) => entry.value),
        inner,
      );
    case 'other':
      if (value.operator === 'for') return built(value.of, inner);
      return /^(==|!=|<|>|<=|>=|in|not in|is|is not|not)$/.test(value.operator ?? '')
        ? undefined
        : firstOf(value.of, inner);
    default:
      return undefined;
  }
}

/** The first that carries something, the one that nothing has made safe before the others. */
function firstOf(values: readonly Value[], at: Looking): Taint | undefined {
  const found = values.flatMap((each) => taintOf(each, at) ?? []);
  return found.find(({ cleaned }) => cleaned.path === undefined && cleaned.html === undefined) ?? found[0];
}

/** A part between dots, such as an extension, leads nowhere. */
function ofItem(of: Value, at: Looking): Taint | undefined {
  const found = taintOf(of, at);
  const [only] = of.kind === 'call' ? of.call.args : [];
  const parts = of.kind === 'call' && /(^|\.)(r?split|splitext|r?partition)$/.test(of.call.callee);
  const byDot =
    parts && (of.call.callee.endsWith('splitext') || (only?.value.kind === 'literal' && only.value.value === '.'));
  return found && byDot ? { ...found, cleaned: { ...found.cleaned, path: 'a part between dots' } } : found;
}

/** What a comprehension builds, else what it is built from. */
function built([body, ...sources]: readonly Value[], at: Looking): Taint | undefined {
  return (body && taintOf(body, at)) ?? firstOf(sources, at);
}

function ofName(value: Value & { kind: 'name' }, at: Looking): Taint | undefined {
  const source = requestSource(value, value.start, at);
  if (source) return source;
  if (value.on) return named(taintOf(value.on, at), value.name);
  const [variable = '', ...attributes] = value.name.split('.');
  const held = variableTaint(variable, value.start, at);
  if (held) return named(safeAttribute(held, attributes), value.name);
  const isField = attributes.length === 2 && attributes[1] === 'data' && /form/i.test(variable);
  return isField
    ? { what: `the field ${attributes[0]}`, source: placeAt(at.module, value.start), names: [variable], cleaned: {} }
    : undefined;
}

function requestSource(
  { name: written, target }: { readonly name: string; readonly target: string },
  start: number,
  at: Looking,
): Taint | undefined {
  const name = target.startsWith('flask.')
    ? target
    : isGiven(written, at)
      ? `flask.${written}`
      : at.project.resolve(target);
  const found = requestData.exec(name);
  if (!found) return undefined;
  return { what: `request.${found[2]}`, source: placeAt(at.module, start), names: [], cleaned: {} };
}

/** True for `request` where it is a parameter that callers give Flask's own. */
function isGiven(written: string, { project, module, scope }: Looking): boolean {
  if (!written.startsWith('request.')) return false;
  const fn = functionAt(module, scope);
  return (
    fn?.params.includes('request') === true &&
    passedTo(project, { module, fn }, 'request').some(
      ({ value }) => value.kind === 'name' && /^flask\.(globals\.)?request$/.test(project.resolve(value.target)),
    )
  );
}

/** The name that the sender of an upload gave it. */
function named(taint: Taint | undefined, written: string): Taint | undefined {
  return taint && written.endsWith('.filename') ? { ...taint, what: 'the name of an upload' } : taint;
}

/** The last part of a path holds no folder. */
function safeAttribute(taint: Taint, attributes: readonly string[]): Taint | undefined {
  const last = attributes.at(-1) ?? '';
  if (/^(name|stem|suffix)$/.test(last) && attributes.length === 1)
    return { ...taint, cleaned: { ...taint.cleaned, path: 'the last part of the path' } };
  return /^(content_length|mimetype|content_type|id)$/.test(last) ? undefined : taint;
}

/** What a variable carries at an offset: its last value before it, and those under conditions. */
function variableTaint(variable: string, before: number, at: Looking): Taint | undefined {
  const { assigns, loops } = scoped(at.module, at.scope);
  const given = assigns.filter((each) => each.name === variable && each.key === undefined && each.end <= before);
  for (const each of given.toReversed()) {
    const found = taintOf(each.value, at);
    if (found) return { ...found, names: [...found.names, variable] };
    if (!each.conditional && each.operator === '=') return undefined;
  }
  const loop = loops.findLast((each) => each.variable === variable && each.start <= before && each.end >= before);
  const looped = loop && taintOf(loop.items, at);
  if (looped) return { ...looped, names: [...looped.names, variable] };
  return given.some(({ conditional }) => !conditional) ? undefined : at.params.get(variable);
}

function ofCall(call: PyCall, at: Looking): Taint | undefined {
  const source = requestSource({ name: call.callee, target: call.target }, call.start, at) ?? parsed(call, at);
  if (source) return typed(call) ? undefined : source;
  const effect = effectOf(at.project.resolve(call.target));
  const given = call.args.map(({ value }) => value);
  const carried = effect === 'drops' ? undefined : (firstOf(given, at) ?? receiver(call, at));
  if (!carried) return undefined;
  if (removesSlashes(call)) return cleaned(carried, 'cleans-path', call);
  if (effect === 'unknown') return through(call, carried, at);
  return effect === 'passes' ? carried : cleaned(carried, effect, call);
}

/** `name.replace("/", "")` and `re.sub("[^a-z]", "", name)`. */
function removesSlashes({ callee, args }: PyCall): boolean {
  const first = args[0]?.value;
  const [pattern = '', by] = [text(first) ?? '', text(args[1]?.value)];
  if (by === undefined || by.includes('/')) return false;
  if (callee === 're.sub') return /^\[\^[^/\]]*\]|^\\W/.test(pattern) || pattern.includes('/');
  return callee.endsWith('.replace') && pattern === '/';
}

/** What a function that is in no table gives back. */
function through(call: PyCall, carried: Taint, at: Looking): Taint | undefined {
  const own = at.project.functionOf(call.target);
  if (own) return at.depth > 0 ? returned(own, call, at) : undefined;
  return /(^|\.)(format|join|format_map)$/.test(call.callee) ? carried : receiver(call, at);
}

/** The arguments that Flask-RESTful's parser reads. */
function parsed({ callee, start }: PyCall, { module }: Looking): Taint | undefined {
  const reads = callee.endsWith('.parse_args') && /flask_rest/.test(module.source.text);
  return reads ? { what: 'the request', source: placeAt(module, start), names: [], cleaned: {} } : undefined;
}

/** `request.args.get("page", type=int)`. */
function typed({ args }: PyCall): boolean {
  return args.some(
    ({ name, value }) => name === 'type' && value.kind === 'name' && /^(int|float|bool)$/.test(value.name),
  );
}

function cleaned(taint: Taint, effect: string, { callee }: PyCall): Taint {
  const how = effect === 'cleans-path' ? 'path' : 'html';
  return { ...taint, cleaned: { ...taint.cleaned, [how]: `${callee.split('.').at(-1)}()` } };
}

/** What the object of a method carries, where the result still shows it. */
function receiver(call: PyCall, at: Looking): Taint | undefined {
  const parts = call.callee.split('.');
  const method = parts.at(-1) ?? '';
  if (parts.length < 2 || !methodPasses(method)) return undefined;
  if (call.on) return taintOf(call.on, at);
  const name = parts.slice(0, -1).join('.');
  return taintOf(
    { kind: 'name', name, target: call.target.replace(/\.\w+$/, ''), start: call.start, end: call.end },
    at,
  );
}

/** What an own function gives back of what it is given. */
function returned(
  own: { module: Module; found: Module['functions'][number] },
  call: PyCall,
  at: Looking,
): Taint | undefined {
  const params = argumentTaints(own.found.params, call, at);
  const inside: Looking = { ...at, module: own.module, scope: qualname(own.found), params, depth: at.depth - 1 };
  return firstOf(own.found.returns, inside);
}

/** What the parameters of a function carry in a call. */
export function argumentTaints(params: readonly string[], call: PyCall, at: Looking): ReadonlyMap<string, Taint> {
  const names = params[0] === 'self' || params[0] === 'cls' ? params.slice(1) : params;
  const found = new Map<string, Taint>();
  for (const [index, { name, value }] of call.args.entries()) {
    const param = name ?? names[index];
    const taint = param === undefined ? undefined : taintOf(value, at);
    if (param !== undefined && taint) found.set(param, taint);
  }
  return found;
}
