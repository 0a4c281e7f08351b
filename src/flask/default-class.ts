import type { Place } from '../mitigation.ts';
import { argument, type PyCall, qualname, text, type Value } from '../python/model.ts';
import { lineAt, quote } from '../source/text.ts';
import type { AppFacts, ConfigSource, Held } from './facts.ts';
import { placeOf } from './flags.ts';
import type { Outcome, Standing } from './outcome.ts';

/** A class of settings, with where it is named. */
export interface Choice {
  /** As written there. */
  readonly name: string;
  /** Dotted name; only the last part of it where the class is named by text. */
  readonly target: string;
  readonly place: Place;
}

/** The classes of settings that the app takes where the environment and the caller say nothing. */
export function chosenByDefault(app: AppFacts): Choice[] {
  return app.sources
    .filter(({ kind }) => kind === 'class' || kind === 'module')
    .flatMap((source) => chosen(app, source));
}

function chosen(app: AppFacts, source: ConfigSource): Choice[] {
  const module = app.modules.get(source.file);
  const call = module?.calls.find(({ start, end }) => start === source.span.start && end === source.span.end);
  const value = call?.args[0]?.value;
  if (!call || !value) return [];
  const direct = defaultsOf(app, value, { file: source.file, scope: call.scope });
  return direct.length > 0 || source.holders.length < 2 ? direct : pickedElsewhere(app, source);
}

/** The class that a function far from there picks from a dictionary of them. */
function pickedElsewhere(app: AppFacts, source: ConfigSource): Choice[] {
  return lookUps(app, source).flatMap(({ held, key, at }) =>
    inDictionary(app, held, keysOf(app, key, at)).filter(({ target }) => source.holders.includes(target)),
  );
}

function keysElsewhere(app: AppFacts, source: ConfigSource): Outcome[] {
  return lookUps(app, source).flatMap(({ key, at }) => [...app.outcomes(key, at)]);
}

interface LookUp {
  readonly held: readonly Held[];
  readonly key: Value;
  readonly at: Standing;
}

/** Where production code reads a dictionary that holds classes of a source. */
function lookUps(app: AppFacts, { holders }: ConfigSource): LookUp[] {
  const isOwn = ({ value }: Held): boolean =>
    value.kind === 'dict' &&
    value.entries.some((entry) => entry.value.kind === 'name' && holders.includes(app.resolve(entry.value.target)));
  return [...app.modules.values()]
    .filter(({ role }) => role === 'production')
    .flatMap(({ path: file, items }) =>
      items
        .filter(({ mode }) => mode === 'read')
        .flatMap(({ target, key, scope, start, end }) => {
          const at = { file, scope };
          const held = app
            .held({ kind: 'name', name: target.split('.').at(-1) ?? '', target, start, end }, at)
            .filter(isOwn);
          return held.length === 0 ? [] : [{ held, key, at }];
        }),
    );
}

/** The classes that an expression stands for where the environment and the caller say nothing. */
function defaultsOf(app: AppFacts, value: Value, at: Standing & { readonly depth?: number }): Choice[] {
  if (value.kind === 'item' && value.of.kind === 'name')
    return inDictionary(app, app.held(value.of, at), keysOf(app, value.key, at));
  if (value.kind === 'call' && /\.get$/.test(value.call.callee) && !/environ/.test(value.call.callee))
    return ofGet(app, value.call, at);
  const given =
    value.kind === 'call'
      ? returned(app, value.call, at.depth ?? 3)
      : value.kind === 'name'
        ? givenClasses(app, value.name, at)
        : [];
  if (given.length > 0) return given;
  // The dotted name of a class.
  return app
    .outcomes(value, at)
    .flatMap((each) =>
      each.kind === 'constant' && typeof each.value === 'string'
        ? [{ name: each.value.split('.').at(-1) ?? '', target: each.value, place: placeOf(each) }]
        : [],
    );
}

/** What a function of the app gives, such as `get_config()`. */
function returned(app: AppFacts, { target }: PyCall, depth: number): Choice[] {
  const name = app.resolve(target);
  if (depth === 0) return [];
  return [...app.modules.values()].flatMap((module) => {
    const fn = module.functions.find((each) => `${module.name}.${qualname(each)}` === name);
    const at = { file: module.path, scope: fn ? qualname(fn) : '', depth: depth - 1 };
    return fn?.returns.flatMap((value) => defaultsOf(app, value, at)) ?? [];
  });
}

/** The classes that production code gives the factory: `create_app(DevelopmentConfig)`. */
function givenClasses(app: AppFacts, param: string, { file, scope }: Standing): Choice[] {
  const module = app.modules.get(file);
  const position = module?.functions.find((each) => qualname(each) === scope)?.params.indexOf(param) ?? -1;
  if (position === -1) return [];
  return callsOf(app, `${module?.name}.${scope}`).flatMap(({ call, file: from }) => {
    const value = argument(call, param, position);
    const source = app.modules.get(from)?.source;
    const isClass = value?.kind === 'name' && app.classes.some(({ target }) => target === app.resolve(value.target));
    if (!source || !isClass) return [];
    const place = { file: from, line: lineAt(source, value.start), text: quote(source, value.start) };
    return [{ name: value.name.split('.').at(-1) ?? '', target: app.resolve(value.target), place }];
  });
}

function ofGet(app: AppFacts, call: PyCall, at: Standing): Choice[] {
  const { start, end } = call;
  const cut = (dotted: string): string => dotted.replace(/\.get$/, '');
  const of: Value = { kind: 'name', name: cut(call.callee), target: cut(call.target), start, end };
  const key = call.args[0]?.value;
  return key ? inDictionary(app, app.held(of, at), keysOf(app, key, at)) : [];
}

/** The keys that are taken by default: constants of the key itself and of the calls that give it. */
function keysOf(app: AppFacts, key: Value, at: Standing): string[] {
  const own = app.outcomes(key, at);
  const given = own.some(({ kind }) => kind === 'caller') ? app.sites.flatMap((site) => callsOf(app, site.target)) : [];
  const passed = given.flatMap(({ call, file }) =>
    call.args.slice(0, 1).flatMap(({ value }) => app.outcomes(value, { file, scope: call.scope })),
  );
  const counting = passed.some(({ kind }) => kind === 'constant' || kind === 'environment') ? passed : own;
  return counting.flatMap((each) => (each.kind === 'constant' && typeof each.value === 'string' ? [each.value] : []));
}

function callsOf(app: AppFacts, target: string): { call: PyCall; file: string }[] {
  return [...app.modules.values()]
    .filter(({ role }) => role === 'production')
    .flatMap((module) =>
      module.calls.filter((call) => app.resolve(call.target) === target).map((call) => ({ call, file: module.path })),
    );
}

function inDictionary(app: AppFacts, held: readonly Held[], keys: readonly string[]): Choice[] {
  return held.flatMap(({ value, file }) => {
    const source = app.modules.get(file)?.source;
    if (value.kind !== 'dict' || !source) return [];
    return value.entries
      .filter((entry) => keys.includes(text(entry.key) ?? ''))
      .flatMap((entry) =>
        entry.value.kind === 'name'
          ? [
              {
                name: entry.value.name,
                target: app.resolve(entry.value.target),
                place: { file, line: lineAt(source, entry.start), text: quote(source, entry.start) },
              },
            ]
          : [],
      );
  });
}

/** The variables by which the environment chooses among classes or modules of settings. */
export function choosingVariables(app: AppFacts): string[] {
  const settings = app.sources.filter(({ kind }) => /^(class|module|unknown)$/.test(kind));
  const chosenBy = settings.flatMap((source) => {
    const module = app.modules.get(source.file);
    const call = module?.calls.find(({ start, end }) => start === source.span.start && end === source.span.end);
    const value = call?.args[0]?.value;
    if (!call || !value) return [];
    const at = { file: source.file, scope: call.scope };
    const elsewhere = source.holders.length < 2 ? [] : keysElsewhere(app, source);
    return [...choosers(value).flatMap((each) => app.outcomes(each, at)), ...elsewhere];
  });
  return chosenBy.flatMap((each) => (each.kind === 'environment' ? [each.variable] : []));
}

/** The name itself, and the key that it is looked up by. */
function choosers(value: Value): Value[] {
  if (value.kind === 'item') return [value, value.key];
  const first =
    value.kind === 'call' && /\.get$|^(\w+\.)*\w+$/.test(value.call.callee) ? value.call.args[0]?.value : undefined;
  return first ? [value, first] : [value];
}
