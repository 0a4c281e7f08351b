import type { SettingChange, Tier } from '../mitigation.ts';
import { type Edit, replaceSpan } from '../python/edits.ts';
import { expressionOf } from './expression.ts';
import { type AppFacts, effective, type SettingFact } from './facts.ts';
import { asStatement, inClass, inMapping, inModule } from './setting-places.ts';
import type { Workbench } from './workbench.ts';

/** A setting whose value is Python already. */
export type Plain = SettingChange & { readonly value: string };

/** Makes KEY have a value in a tier: a class attribute, a mapping argument or a statement, as the app does it. */
export function wireSetting(bench: Workbench, setting: SettingChange): void {
  const { app } = bench;
  const change = plain(setting);
  const tier = tierIn(app, change.tier);
  if (tier === undefined) return;
  const known = effective(app, change.key, tier === 'base' ? 'production' : tier);
  if (known && sameCode(known.written, change.value)) return;
  if (known && (tier === 'base' || declaredFor(app, known) === tier)) replace(bench, known, change);
  else put(bench, change, tier);
}

function put(bench: Workbench, change: Plain, tier: Tier): void {
  const found = inClass(bench, change, tier) ?? inMapping(bench, change) ?? inModule(bench, change);
  const place = found ?? asStatement(bench, change);
  if (!place) return;
  const { path, edit, code, at } = place;
  importsOf(bench, path, change);
  bench.take(path, edit, { why: change.why, snippet: code, at });
}

/** The setting with its value as Python. */
export function plain(setting: SettingChange): Plain {
  return { ...setting, value: expressionOf(setting.value) };
}

/** The tier that stands for one in an app: an app without tiers is always in production. */
function tierIn({ configClasses }: AppFacts, tier: Tier): Tier | undefined {
  const tiered = configClasses.some((each) => each.tier === 'production' || each.tier === 'development');
  if (tiered || tier === 'testing') return tier;
  return tier === 'development' ? undefined : 'base';
}

/** The tier of the class that a value stands in, which those derived from it share. */
function declaredFor({ configClasses }: AppFacts, { holder, tier }: SettingFact): Tier {
  return configClasses.find(({ target }) => target === holder)?.tier ?? tier;
}

/** True for code that differs in white space and quotes only. */
export function sameCode(one: string, other: string): boolean {
  const bare = (code: string): string => code.replace(/\s+/g, '').replaceAll("'", '"');
  return bare(one) === bare(other);
}

/** Only a plain value is replaced: an expression is somebody's decision. */
function replace(bench: Workbench, known: SettingFact, change: Plain): void {
  const file = bench.file(known.file);
  const fixed = file && known.value.kind === 'literal' && !known.conditional;
  const refused = { refused: `it is ${known.key} = ${known.written} now` };
  const edit: Edit = fixed ? replaceSpan(file, known.value, change.value) : refused;
  if ('splice' in edit) importsOf(bench, known.file, change);
  bench.take(known.file, edit, { why: change.why, snippet: `${change.key} = ${change.value}`, at: known.value.start });
}

function importsOf(bench: Workbench, path: string, { value, why }: Plain): void {
  for (const [, module] of value.matchAll(/\b(os|pathlib|datetime|secrets|tempfile)\.\w/g))
    if (module !== undefined) bench.name(path, { module }, why);
}
