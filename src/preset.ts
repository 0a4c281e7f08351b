import type { Answers } from './mitigation.ts';

/** A named starting point of `new`: answers and defences, as data. Flags and the answers file override it. */
export interface Preset {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** Only what differs from the questions' own defaults. */
  readonly answers: Answers;
  readonly without: readonly string[];
}
