import type { Tier } from '../mitigation.ts';
import { type Edit, insertAfter, insertItem, type PyFile, replaceSpan } from '../python/edits.ts';
import type { PyAssign, PyCall } from '../python/model.ts';
import type { Span } from '../source/text.ts';
import type { ConfigClass, ConfigSource } from './facts.ts';
import type { Plain } from './wire-setting.ts';
import type { Workbench } from './workbench.ts';

/** A planned edit with the code that it brings. */
export interface Put {
  readonly path: string;
  readonly edit: Edit;
  readonly code: string;
  readonly at: number;
}

function attribute({ key, value }: Plain): string {
  return `${key} = ${value}`;
}

function behind(file: PyFile, last: PyAssign, code: string): Put {
  return { path: file.source.path, edit: insertAfter(file, last.step, { lines: [code] }), code, at: last.start };
}

/** An attribute of the class of a tier; what production must have may stand in the class of all tiers. */
export function inClass(bench: Workbench, change: Plain, tier: Tier): Put | undefined {
  const home = classFor(bench, tier) ?? (tier === 'production' ? classFor(bench, 'base') : undefined);
  const module = home && bench.app.modules.get(home.file);
  const file = home && bench.file(home.file);
  if (!module || !file) return undefined;
  const scope = home.target.slice(module.name.length + 1);
  const own = module.assigns.filter((each) => each.scope === scope && !each.conditional);
  const last = own.findLast(({ start }) => start >= home.body.start);
  return last ? behind(file, last, attribute(change)) : firstAttribute(file, home.body, attribute(change));
}

function classFor({ app: { configClasses } }: Workbench, tier: Tier): ConfigClass | undefined {
  if (tier !== 'base') return configClasses.find((each) => each.tier === tier);
  const own = new Set(configClasses.map(({ target }) => target));
  const roots = configClasses.filter(({ bases }) => !bases.some((base) => own.has(base)));
  return roots.length === 1 ? roots[0] : roots.find((each) => each.tier === 'base');
}

/** In a class with nothing but `pass` or a docstring. */
function firstAttribute(file: PyFile, body: Span, code: string): Put {
  const text = file.source.text.slice(body.start, body.end).trimEnd();
  const whole = { start: body.start, end: body.start + text.length };
  const edit =
    text === 'pass' ? replaceSpan(file, whole, code) : insertAfter(file, whole, { lines: [code], blank: true });
  return { path: file.source.path, edit, code, at: body.start };
}

/** A keyword or an entry of an unconditional `from_mapping`. */
export function inMapping(bench: Workbench, change: Plain): Put | undefined {
  const source = bench.app.sources.find(({ kind, conditional }) => kind === 'mapping' && !conditional);
  const call = source && callAt(bench, source);
  const file = source && bench.file(source.file);
  if (!call?.callee.endsWith('.from_mapping') || !file || call.args.some(({ star }) => star)) return undefined;
  const dict = call.args[0]?.value;
  const { items, code } =
    dict?.kind === 'dict'
      ? { items: { list: dict, items: dict.entries }, code: `"${change.key}": ${change.value}` }
      : { items: { list: call.list, items: call.args }, code: `${change.key}=${change.value}` };
  return { path: source.file, edit: insertItem(file, items, code), code, at: source.span.start };
}

function callAt({ app }: Workbench, { file, span }: ConfigSource): PyCall | undefined {
  return app.modules.get(file)?.calls.find(({ start, end }) => start === span.start && end === span.end);
}

/** A line of the module that the app reads its settings from. */
export function inModule(bench: Workbench, change: Plain): Put | undefined {
  const source = bench.app.sources.find(({ kind, conditional }) => kind === 'module' && !conditional);
  const module = source && [...bench.app.modules.values()].find(({ name }) => name === source.holders[0]);
  const top = module?.assigns.filter(({ scope, conditional }) => scope === '' && !conditional) ?? [];
  const last = top.findLast(({ name }) => /^[A-Z][A-Z\d_]+$/.test(name));
  const file = module && bench.file(module.path);
  return file && last && behind(file, last, attribute(change));
}

/** A statement behind the app's own ones, before anything that may override it. */
export function asStatement(bench: Workbench, change: Plain): Put | undefined {
  const site = bench.app.sites[0];
  const file = site && bench.file(site.settings.file);
  if (!file) return undefined;
  const { anchor, settings } = site;
  const early = (each: ConfigSource): boolean =>
    each.file === settings.file && (anchor.file !== each.file || each.step.start <= anchor.after.start);
  const sources = bench.app.sources.filter(early);
  const open = sources.findIndex(({ kind, conditional }) => kind !== 'statement' || conditional);
  const last = (open === -1 ? sources : sources.slice(0, open)).at(-1);
  const step = last?.step ?? settings.after;
  const code = `${settings.variable}.config["${change.key}"] = ${change.value}`;
  return { path: settings.file, edit: insertAfter(file, step, { lines: [code] }), code, at: step.start };
}
