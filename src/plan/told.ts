import { written } from '../deploy/requirement.ts';
import type { EnvironmentChange } from '../mitigation.ts';
import type { Contribution } from './collect.ts';
import { fitted } from './fit.ts';
import type { Exempted, WantedPackage } from './foreign.ts';
import type { Platform } from './platform.ts';

// What a summary tells of a plan besides its files.

/** Each package once, in the order of the alphabet, as it fits the app. */
export function packagesOf(contributions: readonly Contribution[], platform: Platform): WantedPackage[] {
  const named = new Map<string, WantedPackage>();
  for (const { change } of contributions) {
    if (change.kind !== 'package') continue;
    const requirement = fitted(change, platform);
    const { name, range } = requirement;
    named.set(name, { name, range, group: change.group, requirement: written(requirement, false) });
  }
  return [...named.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The lines of the slot are those of a dictionary: `"view": "reason",`. */
export function exemptedBy(contributions: readonly Contribution[]): Exempted[] {
  return contributions.flatMap(({ change }) => {
    if (change.kind !== 'entry' || change.slot !== 'csrf.exemptions' || typeof change.lines !== 'string') return [];
    const [, pattern, why] = /^("(?:[^"\\]|\\.)*"): ("(?:[^"\\]|\\.)*"),$/.exec(change.lines) ?? [];
    // The literals of Python that are written there are JSON, too.
    return pattern === undefined || why === undefined ? [] : [{ pattern: JSON.parse(pattern), why: JSON.parse(why) }];
  });
}

/** What the plans say of variables; a secret that a setting is read from has no default, so it must be set. */
export function variables(contributions: readonly Contribution[]): EnvironmentChange[] {
  const named = new Map<string, EnvironmentChange>();
  for (const { change } of contributions) {
    const variable = change.kind === 'setting' && typeof change.value !== 'string' ? change.value : undefined;
    if (change.kind === 'environment') named.set(change.name, change);
    else if (change.kind === 'setting' && variable?.type === 'secret' && !named.has(variable.variable))
      named.set(variable.variable, {
        kind: 'environment',
        name: variable.variable,
        example: variable.example ?? '',
        secret: true,
        why: change.why,
      });
  }
  return [...named.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What the app does not serve without. */
export function toSet(environment: readonly EnvironmentChange[]): string[] {
  return environment.filter(({ secret }) => secret).map(({ name, why }) => `Set ${name} where the app serves: ${why}`);
}
