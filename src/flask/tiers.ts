import type { EnvironmentChange, Tier } from '../mitigation.ts';

const words: readonly (readonly [RegExp, Tier])[] = [
  [/test/i, 'testing'],
  [/prod|\blive\b|heroku|docker|deploy/i, 'production'],
  [/dev|local|debug/i, 'development'],
];

/** What names the tier of an app; every defence has settings by tier, so any of them brings it along. */
export const tierVariable: EnvironmentChange = {
  kind: 'environment',
  name: 'APP_ENV',
  example: 'production',
  secret: false,
  why: "Names the tier; unset is production. On a developer's machine: APP_ENV=development.",
};

/** The tier that a name of a class, module or key speaks of; `base` where it names none. */
export function tierOf(name: string): Tier {
  return words.find(([word]) => word.test(name))?.[1] ?? 'base';
}
