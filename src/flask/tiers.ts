import type { Tier } from '../mitigation.ts';

const words: readonly (readonly [RegExp, Tier])[] = [
  [/test/i, 'testing'],
  [/prod|\blive\b|heroku|docker|deploy/i, 'production'],
  [/dev|local|debug/i, 'development'],
];

/** The tier that a name of a class, module or key speaks of; `base` where it names none. */
export function tierOf(name: string): Tier {
  return words.find(([word]) => word.test(name))?.[1] ?? 'base';
}
