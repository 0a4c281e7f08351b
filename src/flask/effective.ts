import type { Tier } from '../mitigation.ts';
import type { AppFacts, ConfigSource, SettingFact } from './facts.ts';
import type { Outcome } from './outcome.ts';

/** What a setting can be in a tier. */
export interface Effective {
  /** The facts that count: the last one without a condition and those under conditions after it. */
  readonly facts: readonly SettingFact[];
  readonly outcomes: readonly Outcome[];
  /** Sources that may still override it and cannot be seen. */
  readonly open: readonly ConfigSource[];
}

type Known = Pick<AppFacts, 'settings' | 'sources' | 'outcomes'>;

/** What a setting is once the app is configured, as far as the code says it. */
export function effectiveOutcomes(app: Known, key: string, tier: Tier = 'production'): Effective {
  const facts = countingFacts(app, key, tier);
  const outcomes = facts.flatMap((fact) => app.outcomes(fact.value, { file: fact.file, scope: scopeOf(fact) }));
  return { facts, outcomes, open: app.sources.filter(isOpen) };
}

/** The facts for a key that can hold in a tier, in the order in which they apply. */
export function countingFacts(app: Pick<AppFacts, 'settings'>, key: string, tier: Tier = 'production'): SettingFact[] {
  const all = app.settings.filter(
    (fact) => fact.key === key && (fact.tier === tier || fact.tier === 'base') && fact.role !== 'test',
  );
  const fixed = all.findLastIndex(({ conditional }) => !conditional);
  return fixed === -1 ? all : all.slice(fixed);
}

/** Qualified name of the class or function that a setting stands in. */
function scopeOf({ scope }: SettingFact): string {
  return scope;
}

function isOpen({ kind }: ConfigSource): boolean {
  return /^(pyfile|environment|caller|unknown)$/.test(kind);
}
