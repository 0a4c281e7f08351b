import type { ByHand, SpliceChange, SpliceImport } from '../mitigation.ts';
import { type AppFacts, type SettingFact, settingsFor } from './facts.ts';

/** Which values of a setting are wrong, and what stands there instead. */
export interface Repair {
  readonly key: string;
  /** True for a value that must not stay. */
  readonly wrong: (fact: SettingFact) => boolean;
  /** Python in its place; `@@0@@` stands for the first of `imports`. */
  readonly value: string;
  readonly imports?: readonly SpliceImport[];
  readonly why: string;
}

/**
 * Puts another value in place of the wrong ones that the app gives a setting outside its tests. Only a plain value is
 * replaced: an expression is somebody's decision, and a step by hand.
 */
export function* repairSetting(app: AppFacts, repair: Repair): Iterable<SpliceChange | ByHand> {
  const { key, wrong, value, imports = [], why } = repair;
  for (const fact of settingsFor(app, key).filter(wrong)) {
    const { file, line, text, written } = fact;
    if (fact.value.kind === 'literal')
      yield { kind: 'splice', file, start: fact.value.start, expected: written, insert: value, imports, why };
    else
      yield {
        kind: 'by-hand',
        place: { file, line, text },
        what: `${why} It is ${key} = ${written} now.`,
        snippet: `${key} = ${value}`,
      };
  }
}
