import type { AppFacts, ConfigSource, Held } from '../../src/flask/facts.ts';
import { flag, placeOf } from '../../src/flask/flags.ts';
import { tierOf } from '../../src/flask/tiers.ts';
import type { Finding, Place, Rule } from '../../src/mitigation.ts';
import { type PyCall, text, type Value } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';
import { fromEnvironment, hasTiers, outside, ownSettings } from './evidence.ts';

const inline: Rule = {
  id: 'config/inline',
  severity: 'medium',
  weakness: 'CWE-1188',
  message: 'Every setting stands in the code, for all environments alike.',
  *find(app) {
    if (outside(app).length > 0 || fromEnvironment(app).length > 0) return;
    const fix = 'Read what differs between environments from the environment, or from a class for each.';
    const all = ownSettings(app).filter(({ value }) => value.kind === 'literal');
    for (const fact of all) yield { place: placeOf(fact), why: 'The value is the same on every machine.', fix };
    if (all.length === 0) yield { why: 'The app reads no configuration.', fix };
  },
};

const noEnvironments: Rule = {
  id: 'config/no-environments',
  severity: 'medium',
  weakness: 'CWE-1188',
  message: 'Development and production share their settings.',
  *find(app) {
    if (hasTiers(app) || outside(app).length + fromEnvironment(app).length === 0 || environmentDecides(app)) return;
    const [first] = outside(app);
    yield {
      ...(first && { place: placeOf(first) }),
      why: 'Production has no settings of its own.',
      fix: 'Give each environment a class, production the strictest.',
    };
  },
};

/** Most settings that differ come from the environment, and what they fall back to is safe. */
function environmentDecides(app: AppFacts): boolean {
  const key = app.settings
    .filter(({ key: name, role }) => name === 'SECRET_KEY' && role === 'production')
    .flatMap((fact) => app.outcomes(fact.value, fact));
  const constant = key.some((each) => each.kind === 'constant' && each.value !== null && each.value !== '');
  const debug = flag(app, 'DEBUG');
  const open = debug.is === 'on' || debug.preset === true;
  return fromEnvironment(app).length >= 3 && !constant && !open;
}

const defaultDevelopment: Rule = {
  id: 'config/default-development',
  severity: 'high',
  weakness: 'CWE-1188',
  message: 'Where nothing says which settings to take, the app takes those of development.',
  *find(app) {
    for (const source of app.sources.filter(({ kind }) => kind === 'class' || kind === 'module'))
      yield* chosenByDefault(app, source);
  },
};

function* chosenByDefault(app: AppFacts, source: ConfigSource): Iterable<Finding> {
  const module = app.modules.get(source.file);
  const call = module?.calls.find(({ start, end }) => start === source.span.start && end === source.span.end);
  const value = call?.args[0]?.value;
  if (!call || !value) return;
  const standing = { file: source.file, scope: call.scope };
  for (const choice of defaultsOf(app, value, standing))
    if (tierOf(choice.name) === 'development')
      yield {
        place: choice.place,
        why: `${choice.name} is what the app takes when nothing else is said.`,
        fix: 'Make production the default; development has to be asked for.',
      };
}

interface Choice {
  readonly name: string;
  readonly place: Place;
}
type At = { readonly file: string; readonly scope: string };

/** The classes that an expression stands for where the environment and the caller say nothing. */
function defaultsOf(app: AppFacts, value: Value, at: At): Choice[] {
  if (value.kind === 'item' && value.of.kind === 'name')
    return inDictionary(app, app.held(value.of, at), keysOf(app, value.key, at));
  if (value.kind === 'call' && /\.get$/.test(value.call.callee) && !/environ/.test(value.call.callee))
    return ofGet(app, value.call, at);
  // The dotted name of a class.
  return app
    .outcomes(value, at)
    .flatMap((each) =>
      each.kind === 'constant' && typeof each.value === 'string'
        ? [{ name: each.value.split('.').at(-1) ?? '', place: placeOf(each) }]
        : [],
    );
}

function ofGet(app: AppFacts, call: PyCall, at: At): Choice[] {
  const { start, end } = call;
  const cut = (dotted: string): string => dotted.replace(/\.get$/, '');
  const of: Value = { kind: 'name', name: cut(call.callee), target: cut(call.target), start, end };
  const key = call.args[0]?.value;
  return key ? inDictionary(app, app.held(of, at), keysOf(app, key, at)) : [];
}

/** The keys that are taken by default: constants of the key itself and of the calls that give it. */
function keysOf(app: AppFacts, key: Value, at: At): string[] {
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
                place: { file, line: lineAt(source, entry.start), text: quote(source, entry.start) },
              },
            ]
          : [],
      );
  });
}

const testingOn: Rule = {
  id: 'config/testing-on',
  severity: 'high',
  weakness: 'CWE-489',
  message: 'Production runs in testing mode.',
  *find(app) {
    const { is, place, conditional } = flag(app, 'TESTING');
    if (is === 'on' && place && !conditional)
      yield {
        place,
        why: 'TESTING lets errors out to the client and switches checks of extensions off.',
        fix: 'Set TESTING in the tests only.',
      };
  },
};

const silent: Rule = {
  id: 'config/silent',
  severity: 'low',
  weakness: 'CWE-1188',
  message: 'A missing configuration file is passed over in silence.',
  *find(app) {
    for (const source of app.sources)
      if (source.silent)
        yield {
          place: placeOf(source),
          why: 'Without the file the app runs with its defaults.',
          fix: 'Check in production that what must be set is set.',
        };
  },
};

/** Faults of the configuration. */
export const rules: readonly Rule[] = [inline, noEnvironments, defaultDevelopment, testingOn, silent];
