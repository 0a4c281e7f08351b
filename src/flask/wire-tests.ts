import type { SettingChange } from '../mitigation.ts';
import { type Edit, type Items, insertAfter, insertItem, type PyFile } from '../python/edits.ts';
import { type PyAssign, type PyCall, qualname, text, type Value } from '../python/model.ts';
import type { Module } from './project.ts';
import { type Plain, plain, sameCode, wireSetting } from './wire-setting.ts';
import type { Workbench } from './workbench.ts';

/** Makes KEY have a value in the app's own tests: in its class for them, else where they configure the app. */
export function wireTests(bench: Workbench, setting: SettingChange): void {
  const { app } = bench;
  if (app.configClasses.some(({ tier }) => tier === 'testing')) {
    wireSetting(bench, setting);
    return;
  }
  const tests = [...app.modules.values()].filter(({ role }) => role === 'test');
  if (tests.length === 0) return;
  const change = plain(setting);
  const shared = tests.filter(({ path }) => /(^|\/)(conftest|base|__init__)\.py$/.test(path));
  const found = [
    tests.flatMap((module) => testClasses(bench, module, change)),
    shared.flatMap((module) => configurations(bench, module, change)),
    tests.flatMap((module) => configurations(bench, module, change)),
  ].find(({ length }) => length > 0);
  if (!found) {
    const what = `Set ${change.key} to ${change.value} where the tests configure the app. ${change.why}`;
    bench.byHand({ kind: 'by-hand', what, snippet: `app.config["${change.key}"] = ${change.value}` });
  }
  for (const place of found ?? [])
    if (!place.done) bench.take(place.path, place.edit, { why: change.why, snippet: place.code, at: place.at });
}

/** A place where the tests configure the app; `done` where it has the value already. */
interface Configuration {
  readonly path: string;
  readonly done: boolean;
  readonly edit: Edit;
  readonly code: string;
  readonly at: number;
}

/** Classes of the tests that are derived from a configuration class of the app. */
function testClasses(bench: Workbench, module: Module, change: Plain): Configuration[] {
  const { app } = bench;
  const file = bench.file(module.path);
  const own = new Set(app.configClasses.map(({ target }) => target));
  const derived = module.classes.filter(({ bases }) => bases.some((base) => own.has(app.resolve(base))));
  return derived.flatMap((found) => {
    const inside = module.assigns.filter(({ scope, conditional }) => scope === qualname(found) && !conditional);
    const last = inside.at(-1);
    const done = inside.some(({ name }) => name === change.key);
    return file && last ? [statement(file, last, { done, code: `${change.key} = ${change.value}` })] : [];
  });
}

function statement(
  file: PyFile,
  behind: PyAssign,
  { done, code }: Pick<Configuration, 'done' | 'code'>,
): Configuration {
  const edit = insertAfter(file, behind.step, { lines: [code] });
  return { path: file.source.path, done, edit, code, at: behind.start };
}

/** The places of a module where it says that the app is being tested. */
function configurations(bench: Workbench, module: Module, change: Plain): Configuration[] {
  const file = bench.file(module.path);
  if (!file) return [];
  return [
    ...module.calls.flatMap(({ args }) => args.flatMap(({ value }) => inDictionary(file, value, change))),
    ...module.calls.flatMap((call) => asKeyword(file, call, change)),
    ...asStatement(file, module, change),
  ];
}

/** `create_app({"TESTING": True})`. */
function inDictionary(file: PyFile, value: Value, change: Plain): Configuration[] {
  if (value.kind !== 'dict') return [];
  const known = new Map(value.entries.map((each) => [text(each.key) ?? '', each.value]));
  if (!known.has('TESTING')) return [];
  const items = { list: value, items: value.entries };
  return [item(file, items, { known: known.get(change.key), change, code: `"${change.key}": ${change.value}` })];
}

/** `app.config.update(TESTING=True)`. */
function asKeyword(file: PyFile, call: PyCall, change: Plain): Configuration[] {
  if (!/\.config\.(update|from_mapping)$/.test(call.callee)) return [];
  const known = new Map(call.args.map(({ name, value }) => [name ?? '', value]));
  if (!known.has('TESTING')) return [];
  const items = { list: call.list, items: call.args };
  return [item(file, items, { known: known.get(change.key), change, code: `${change.key}=${change.value}` })];
}

interface Wanted {
  readonly known: Value | undefined;
  readonly change: Plain;
  readonly code: string;
}

function item(file: PyFile, items: Items, { known, change, code }: Wanted): Configuration {
  const { path, text: all } = file.source;
  const written = known && all.slice(known.start, known.end);
  const done = written !== undefined && sameCode(written, change.value);
  const edit: Edit = written === undefined ? insertItem(file, items, code) : { refused: `it is ${written} there` };
  return { path, done, edit, code, at: items.list.start };
}

/** `app.config["TESTING"] = True` and `app.testing = True`. */
function asStatement(file: PyFile, module: Module, change: Plain): Configuration[] {
  const config = ({ name, key }: PyAssign): string | undefined => {
    if (key) return name.endsWith('.config') && text(key) === 'TESTING' ? name : undefined;
    return name.endsWith('.testing') ? name.replace(/\.testing$/, '.config') : undefined;
  };
  return module.assigns.flatMap((assign) => {
    const name = assign.conditional ? undefined : config(assign);
    if (name === undefined) return [];
    const same = (each: PyAssign): boolean => each.scope === assign.scope && each.name === name;
    const done = module.assigns.some((each) => same(each) && text(each.key) === change.key);
    return [statement(file, assign, { done, code: `${name}["${change.key}"] = ${change.value}` })];
  });
}
