import type Generator from 'yeoman-generator';
import { isAsked, type Settled, type Sources, settle, suggested } from '../cli/answers.ts';
import { close } from '../cli/choose.ts';
import { coerce } from '../cli/coerce.ts';
import { type Flag, flagName, type Keyed, questionsOf } from '../cli/flags.ts';
import type { Definitions } from '../cli/wiring.ts';
import type { Answer, Answers, Choice } from '../mitigation.ts';

/** The part of a generator that takes options, asks and tells. */
export type Asker = Pick<Generator, 'destinationRoot' | 'log' | 'option' | 'options' | 'prompt'>;

/** Takes every default, as on the command line. */
export const YES: Flag = { name: 'yes', kind: 'switch', help: 'Take the default of every question that is left.' };

/** True where the host was told to ask nothing. */
export function takesDefaults(asker: Asker): boolean {
  return optionOf(asker, YES.name) === true;
}

/** The value of an option, however the host spells its name; a list that a composing generator gives is joined. */
export function optionOf(asker: Asker, name: string): unknown {
  const camel = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const options = asker.options as Readonly<Record<string, unknown>>;
  return options[name] ?? options[camel];
}

/** The answers that options give, checked as the flags of the command line are. */
export function givenAnswers(asker: Asker, questions: readonly Keyed[]): Answers {
  const answers: Record<string, Answer> = {};
  for (const { key, question } of questions) {
    const raw = optionOf(asker, flagName(key));
    if (raw !== undefined) answers[key] = coerce(question, raw, `--${flagName(key)}`);
  }
  return answers;
}

/** Asks for a whole project: its questions, which defences, and then what those ask. */
export async function askProject(asker: Asker, definitions: Definitions, sources: Sources): Promise<Settled> {
  const all = questionsOf(definitions);
  const project = await askFor(
    asker,
    all.filter(({ owner }) => owner === undefined),
    sources,
  );
  const chosen = await askDefences(asker, definitions, { ...sources, given: project });
  const owned = all.filter(({ owner }) => owner !== undefined && chosen.chosen.includes(owner));
  const given = await askFor(asker, owned, chosen);
  return settle(definitions, { ...chosen, given });
}

/** Puts every question that has no answer yet; returns the given answers and the new ones. */
export async function askFor(asker: Asker, questions: readonly Keyed[], sources: Sources): Promise<Answers> {
  const answers: Record<string, Answer> = { ...sources.given };
  for (const keyed of questions) {
    if (keyed.key in answers || !isAsked(keyed.question, answers)) continue;
    answers[keyed.key] = await ask(asker, keyed, { usual: suggested(keyed, sources, answers), answers });
  }
  return answers;
}

async function askDefences(
  asker: Asker,
  definitions: Definitions,
  sources: Sources,
): Promise<Sources & Pick<Settled, 'chosen'>> {
  const { chosen } = settle(definitions, sources);
  if (sources.presetNamed || sources.with.length + sources.without.length > 0) return { ...sources, chosen };
  const ids = definitions.catalog.map(({ id }) => id);
  const choices = choicesOf(
    definitions.catalog.map(({ id, title }) => ({ value: id, label: `${id}: ${title}` })),
    chosen,
  );
  const answered = await asker.prompt<{ defences?: readonly string[] }>([
    { type: 'checkbox', name: 'defences', message: 'Which defences?', default: [...chosen], choices },
  ]);
  const picked = close(definitions.catalog, answered.defences ?? chosen);
  return { ...sources, chosen: picked, with: picked, without: ids.filter((id) => !picked.includes(id)) };
}

async function ask(
  asker: Asker,
  { key, question }: Keyed,
  { usual, answers }: { readonly usual: Answer; readonly answers: Answers },
): Promise<Answer> {
  const base = { name: key, message: question.message, default: usual };
  const problem = (value: unknown): string | undefined =>
    question.kind === 'text' ? question.validate?.(String(value), answers) : undefined;
  const prompt = {
    text: () => ({ ...base, type: 'input', validate: (value: unknown) => problem(value) ?? true }),
    confirm: () => ({ ...base, type: 'confirm' }),
    choice: (choices: readonly Choice[]) => ({ ...base, type: 'select', choices: choicesOf(choices, []) }),
    many: (choices: readonly Choice[]) => ({ ...base, type: 'checkbox', choices: choicesOf(choices, usual) }),
  }[question.kind]('choices' in question ? question.choices : []);
  const answered: Readonly<Record<string, unknown>> = await asker.prompt([prompt] as Parameters<Asker['prompt']>[0]);
  return coerce(question, answered[key] ?? usual, key);
}

/** How a question of a task's own is put. */
interface Named {
  readonly name: string;
  readonly message: string;
}

/** Asks for one of several words; the first is the default. */
export async function pickOne(asker: Asker, named: Named, words: readonly string[]): Promise<string> {
  const [first = ''] = words;
  const choices = words.map((value) => ({ value, name: value }));
  const answered = await asker.prompt<Readonly<Record<string, string>>>([
    { ...named, type: 'select', default: first, choices },
  ] as Parameters<Asker['prompt']>[0]);
  return answered[named.name] ?? first;
}

/** Asks which of several; all are ticked. */
export async function pickSome(asker: Asker, named: Named, choices: readonly Choice[]): Promise<readonly string[]> {
  const all = choices.map(({ value }) => value);
  const answered = await asker.prompt<Readonly<Record<string, readonly string[]>>>([
    { ...named, type: 'checkbox', default: all, choices: choicesOf(choices, all) },
  ] as Parameters<Asker['prompt']>[0]);
  return answered[named.name] ?? all;
}

/** Both ways in which versions of the host mark what is ticked: on the choice here, and by the question's default. */
function choicesOf(choices: readonly Choice[], ticked: Answer): { value: string; name: string; checked: boolean }[] {
  const marked = Array.isArray(ticked) ? ticked : [];
  return choices.map(({ value, label }) => ({ value, name: label, checked: marked.includes(value) }));
}
