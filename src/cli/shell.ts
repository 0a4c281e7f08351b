import type { Answer, Answers } from '../mitigation.ts';
import { type Settled, type Sources, settle } from './answers.ts';
import { EMPTY_LIST, flagName, type Keyed, questionsOf } from './flags.ts';
import type { Definitions } from './wiring.ts';

/** What the equivalent command is made from. */
export interface Spoken {
  /** As the user wrote it. */
  readonly target: string;
  readonly settled: Settled;
  readonly sources: Sources;
  /** As the user wrote them. */
  readonly packs?: readonly string[] | undefined;
  readonly git: boolean;
  readonly install: boolean;
  /** What became of files that were there and differed, where it was the same for all of them. */
  readonly onConflict?: 'keep' | 'theirs' | undefined;
}

/** The one-line command that writes the same app without asking, with only those flags that change a default. */
export function equivalentCommand(definitions: Definitions, spoken: Spoken): string {
  const { settled, sources } = spoken;
  const words = ['dewar', 'new', spoken.target.startsWith('-') ? `./${spoken.target}` : spoken.target, '--yes'];
  for (const pack of spoken.packs ?? []) words.push('--pack', pack);
  if (sources.preset !== definitions.presets[0]) words.push('--preset', sources.preset.name);
  words.push(...chosenFlags(definitions, spoken), ...answerFlags(definitions, settled, sources));
  if (spoken.onConflict) words.push('--on-conflict', spoken.onConflict);
  if (spoken.git) words.push('--git');
  if (spoken.install) words.push('--install');
  return words.map(quote).join(' ');
}

/** A word as a POSIX shell must be given it. */
export function quote(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function chosenFlags(definitions: Definitions, { settled, sources }: Spoken): string[] {
  const plain = settle(definitions, { ...sources, given: {}, with: [], without: [] }).chosen;
  const added = settled.chosen.filter((id) => !plain.includes(id));
  const left = plain.filter((id) => !settled.chosen.includes(id));
  return [...listFlag('--with', added), ...listFlag('--without', left)];
}

/** A flag wherever the command without it would settle on another answer, defaults that follow from others included. */
function answerFlags(definitions: Definitions, settled: Settled, sources: Sources): string[] {
  const flags: string[] = [];
  const given: Record<string, Answer> = {};
  for (const one of questionsOf(definitions, settled.chosen)) {
    const value = settled.answers[one.key];
    const without = ofSame(definitions, { ...sources, given }, settled)[one.key];
    if (value === undefined || JSON.stringify(value) === JSON.stringify(without)) continue;
    given[one.key] = value;
    flags.push(...answerFlag(one, value));
  }
  return flags;
}

function ofSame(definitions: Definitions, sources: Sources, { chosen }: Settled): Answers {
  const ids = definitions.catalog.map(({ id }) => id);
  const without = ids.filter((id) => !chosen.includes(id));
  return settle(definitions, { ...sources, with: chosen, without }).answers;
}

function answerFlag({ key }: Keyed, value: Answer): string[] {
  const flag = `--${flagName(key)}`;
  if (typeof value === 'boolean') return [value ? flag : `--no-${flagName(key)}`];
  if (typeof value !== 'string') return [flag, value.length === 0 ? EMPTY_LIST : value.join(',')];
  // A value that begins with a dash would be taken for a forgotten one; an empty one would vanish from sight.
  return value.startsWith('-') || value === '' ? [`${flag}=${value}`] : [flag, value];
}

function listFlag(flag: string, ids: readonly string[]): string[] {
  return ids.length === 0 ? [] : [flag, ids.join(',')];
}
