import type { Place } from '../mitigation.ts';
import { type PyCondition, text, type Value } from '../python/model.ts';
import { lineAt } from '../source/text.ts';
import { type AppFacts, settingsFor } from './facts.ts';
import { argumentFlag } from './flags.ts';
import type { Standing } from './outcome.ts';

/** Words of a condition that only tells production from development. */
const tier = /debug|prod|\bdev|testing|\btest|_ENV\b|\benv\b|environment/i;

/** True for a line that is passed over unless somebody switches it on: under a variable or a setting that is off by default. */
export function offByDefault(app: AppFacts, { file, line }: Pick<Place, 'file' | 'line'>): boolean {
  const text = app.modules.get(file)?.source.text ?? '';
  return conditionsAround(app, { file, line }).some(({ test, scope }) => {
    if (tier.test(text.slice(test.start, test.end))) return false;
    const key = settingRead(test);
    return key === undefined ? isOff(app, test, { file, scope }) : isOffEverywhere(app, key);
  });
}

function conditionsAround({ modules }: AppFacts, { file, line }: Pick<Place, 'file' | 'line'>): readonly PyCondition[] {
  const module = modules.get(file);
  const found = module?.conditions.filter(
    ({ body }) => lineAt(module.source, body.start) <= line && line <= lineAt(module.source, body.end),
  );
  return found ?? [];
}

/** True for a line under settings alone, all of which are on. */
export function onByDefault(app: AppFacts, { file, line }: Pick<Place, 'file' | 'line'>): boolean {
  const around = conditionsAround(app, { file, line });
  return (
    around.length > 0 &&
    around.every(({ test }) => {
      const key = settingRead(test);
      const facts = key === undefined ? [] : settingsFor(app, key).filter(({ tier: of }) => of !== 'development');
      return facts.length > 0 && facts.every((fact) => isOn(app, fact.value, fact));
    })
  );
}

function isOn(app: AppFacts, test: Value, standing: Standing): boolean {
  const { is, preset } = argumentFlag(app, test, standing);
  return is === 'on' || (is === 'varies' && preset === true);
}

function isOff(app: AppFacts, test: Value, standing: Standing): boolean {
  if (test.kind === 'other' && test.operator === 'and') return test.of.some((each) => isOff(app, each, standing));
  const { is, preset } = argumentFlag(app, test, standing);
  return is === 'off' || (is === 'varies' && preset === false);
}

/** No class of settings that production may run with switches it on. */
function isOffEverywhere(app: AppFacts, key: string): boolean {
  const facts = settingsFor(app, key).filter(({ tier: of }) => of !== 'development');
  return facts.length > 0 && facts.every((fact) => isOff(app, fact.value, fact));
}

/** The key of `app.config["KEY"]` and of `app.config.get("KEY")`. */
function settingRead(test: Value): string | undefined {
  if (test.kind === 'item' && test.of.kind === 'name' && /(^|\.)config$/.test(test.of.name)) return text(test.key);
  const call = test.kind === 'call' ? test.call : undefined;
  return call && /(^|\.)config\.get$/.test(call.callee) ? text(call.args[0]?.value) : undefined;
}
