import type { Answer, Answers, Question } from '../mitigation.ts';
import { type Pack, settledOtherwise } from '../pack.ts';
import type { Preset } from '../preset.ts';
import type { FileAnswers } from './answers-file.ts';
import type { Options } from './arguments.ts';
import { choose } from './choose.ts';
import { coerce, usage } from './coerce.ts';
import { flagName, type Keyed, questionsOf } from './flags.ts';
import type { Definitions } from './wiring.ts';

/** Where answers come from. What is `given` is not asked; the rest only changes the default. */
export interface Sources {
  /** Flags over file. */
  readonly given: Answers;
  readonly preset: Preset;
  /** True when flags or file name the preset: its answers then count as given where nobody can be asked. */
  readonly presetNamed: boolean;
  readonly with: readonly string[];
  readonly without: readonly string[];
  /** Mitigations that packs insist on, each with the name of the pack. */
  readonly required?: ReadonlyMap<string, string>;
  /** Name of the new folder, from which the name of the app follows. */
  readonly directory: string;
}

/** All answers of a project. */
export interface Settled {
  readonly answers: Answers;
  readonly chosen: readonly string[];
}

/** Puts flags and file together: flags win, and `--with` takes back a `without` of the file. */
export function sourcesOf(
  invocation: { readonly options: Options; readonly answers: Answers },
  file: FileAnswers | undefined,
  context: { readonly definitions: Definitions; readonly directory: string },
): Sources {
  const { options, answers } = invocation;
  const wanted = options.with ?? [];
  const refused = options.without ?? [];
  const name = options.preset ?? file?.preset;
  return {
    ...insisted(context.definitions, { ...file?.answers, ...answers }),
    preset: presetNamed(context.definitions.presets, name),
    presetNamed: name !== undefined,
    with: [...wanted, ...(file?.with ?? []).filter((id) => !refused.includes(id))],
    without: [...refused, ...(file?.without ?? []).filter((id) => !wanted.includes(id))],
    directory: context.directory,
  };
}

/** What packs have settled counts as given, so that nobody is asked about it. */
function insisted({ packs = [] }: Definitions, given: Answers): Pick<Sources, 'given' | 'required'> {
  for (const pack of packs) {
    const broken = settledOtherwise(pack, given);
    if (broken !== undefined) throw usage(`the pack ${pack.id} ${broken}`);
  }
  return {
    given: Object.assign({}, given, ...packs.map(({ policy }) => policy.answers)) as Answers,
    required: requiredBy(packs),
  };
}

/** What packs insist on, by id: the pack. */
export function requiredBy(packs: readonly Pack[]): ReadonlyMap<string, string> {
  return new Map(packs.flatMap(({ id, policy }) => policy.require.map((each) => [each, id] as const)));
}

/** The answer that holds if the user gives none: the preset's, else the question's own default. */
export function suggested({ key, question }: Keyed, sources: Sources, answers: Answers): Answer {
  const preset = sources.preset.answers[key];
  if (preset !== undefined) return coerce(question, preset, `${key} in preset ${sources.preset.name}`);
  return defaultOf(question, { directory: sources.directory, ...answers });
}

/** True where the question is put at all. */
export function isAsked(question: Question, answers: Answers): boolean {
  return question.when === undefined || question.when(answers);
}

/** Answers every question without asking: what is given, else what is suggested. */
export function settle(definitions: Definitions, sources: Sources): Settled {
  const chosen = choose(definitions.catalog, sources);
  const answers: Record<string, Answer> = {};
  for (const one of questionsOf(definitions, chosen)) {
    answers[one.key] = sources.given[one.key] ?? suggested(one, sources, answers);
  }
  return { answers, chosen };
}

/** The questions that nobody has answered, for a run in which nobody can be asked. */
export function unanswered(definitions: Definitions, sources: Sources): readonly Keyed[] {
  const { answers, chosen } = settle(definitions, sources);
  return questionsOf(definitions, chosen).filter(({ key, question }) => {
    const known = key in sources.given || (sources.presetNamed && key in sources.preset.answers);
    return !known && isAsked(question, answers);
  });
}

/** Stops a run that would have to ask, naming the flags that spare the question. */
export function refuseUnanswered(missing: readonly Keyed[], why: string): void {
  if (missing.length === 0) return;
  const flags = missing.map(({ key, question }) => {
    const name = `--${flagName(key)}`;
    return question.kind === 'confirm' ? `${name} or --no-${flagName(key)}` : name;
  });
  throw usage(
    `${why}, so these must be given: ${flags.join(', ')}. Or take every default with --yes, or use --answers FILE.`,
  );
}

/** Refuses values that their question refuses, and flags of defences that are not chosen. */
export function checkSettled(definitions: Definitions, settled: Settled, flags: Answers): void {
  for (const { key, question } of questionsOf(definitions, settled.chosen)) {
    const value = settled.answers[key];
    if (question.kind !== 'text' || typeof value !== 'string') continue;
    const problem = question.validate?.(value, settled.answers);
    if (problem !== undefined) throw usage(`--${flagName(key)}: ${problem}`);
  }
  for (const { key, owner } of questionsOf(definitions)) {
    if (owner === undefined || !(key in flags) || settled.chosen.includes(owner)) continue;
    throw usage(`--${flagName(key)} belongs to ${owner}, which is left out. Put it in with --with ${owner}.`);
  }
}

function presetNamed(presets: readonly Preset[], name: string | undefined): Preset {
  const preset = name === undefined ? presets[0] : presets.find((one) => one.name === name);
  if (preset === undefined) throw new Error(`no preset ${name ?? 'at all'}`);
  return preset;
}

function defaultOf(question: Question, answers: Answers): Answer {
  const { default: value } = question;
  return typeof value === 'function' ? value(answers) : value;
}
