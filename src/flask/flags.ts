import type { EnvironmentValue } from '../deploy/facts.ts';
import type { Place, Tier } from '../mitigation.ts';
import type { Value } from '../python/model.ts';
import { truthy } from './constants.ts';
import { effectiveOutcomes } from './effective.ts';
import type { AppFacts } from './facts.ts';
import type { Outcome, Standing } from './outcome.ts';

/** What a switch of the configuration is. */
export interface Flag {
  /** `varies`: the environment decides. */
  readonly is: 'on' | 'off' | 'varies' | 'unset' | 'unknown';
  /** What it is where the environment says nothing. */
  readonly preset?: boolean;
  /** Where it is set, best known. */
  readonly place?: Place;
  /** Set under a condition only. */
  readonly conditional: boolean;
}

/** What a switch is in a tier, once the app is configured. */
export function flag(app: AppFacts, key: string, tier: Tier = 'production'): Flag {
  const { facts, outcomes } = effectiveOutcomes(app, key, tier);
  const conditional = facts.length > 0 && facts.every((fact) => fact.conditional);
  const given = tier === 'production' ? deployedSwitch(app, key, outcomes) : undefined;
  if (given) return { is: isOn(given.value) ? 'on' : 'off', place: placeOf(given), conditional };
  return { ...judged(outcomes, facts[0] && placeOf(facts[0])), conditional };
}

const word = /^(1|true|yes|on|0|false|no|off)$/i;

/** What a committed file of production gives the variable that a switch is read from. */
function deployedSwitch(app: AppFacts, key: string, outcomes: readonly Outcome[]): EnvironmentValue | undefined {
  const read = outcomes.flatMap((each) => (each.kind === 'environment' ? [each.variable] : []));
  // A variable of another name may mean the opposite.
  const named = read.filter((variable) => variable.endsWith(key) || key.endsWith(variable));
  const prefixed = app.sources.flatMap(({ text }) => {
    const [, prefix = 'FLASK'] = /\.from_prefixed_env\((?:\s*(?:prefix\s*=\s*)?["'](\w+)["'])?/.exec(text) ?? [];
    return text.includes('from_prefixed_env') ? [`${prefix}_${key}`] : [];
  });
  const names = [...named, ...prefixed];
  return names.length === 0
    ? undefined
    : app.deploy.environment.find(
        ({ name, value, role }) => role === 'production' && names.includes(name) && word.test(value),
      );
}

/** What an argument is as a switch. */
export function argumentFlag(app: AppFacts, value: Value, standing: Standing): Flag {
  const outcomes = app.outcomes(value, standing);
  return { ...judged(outcomes, outcomes[0] && placeOf(outcomes[0])), conditional: false };
}

/** Only file, line and text of a fact. */
export function placeOf({ file, line, text }: Place): Place {
  return { file, line, text };
}

function judged(outcomes: readonly Outcome[], place: Place | undefined): Omit<Flag, 'conditional'> {
  const at = place && { place };
  const fixed = outcomes.flatMap((each) => (each.kind === 'constant' ? [isOn(each.value)] : []));
  const environment = outcomes.find(({ kind }) => kind === 'environment');
  if (outcomes.length === 0) return { is: place ? 'unknown' : 'unset', ...at };
  if (environment) return { is: 'varies', preset: fixed.includes(true), ...at };
  if (fixed.length < outcomes.length) return { is: 'unknown', ...at };
  if (fixed.every(Boolean)) return { is: 'on', ...at };
  return fixed.some(Boolean) ? { is: 'varies', preset: true, ...at } : { is: 'off', ...at };
}

/** Text that says no is no, where something reads it as a switch. */
function isOn(value: string | number | boolean | null): boolean {
  return typeof value === 'string' ? !/^(|0|false|no|off|none)$/i.test(value.trim()) : truthy(value);
}
