import type { Question, Questions } from '../mitigation.ts';
import type { Definitions } from './wiring.ts';

/** One flag as the parser, the help and the completion scripts see it. */
export interface Flag {
  /** Without dashes. */
  readonly name: string;
  readonly short?: string;
  /** A switch takes no value; a list may be given more than once and splits at commas. */
  readonly kind: 'switch' | 'value' | 'list';
  /** A switch that also exists as `--no-NAME`. */
  readonly negatable?: boolean;
  readonly metavar?: string;
  /** A list whose values may hold commas: each is given by a flag of its own. */
  readonly whole?: true;
  /** The only values that are accepted. */
  readonly choices?: readonly string[];
  /** What a shell completes the value with, where there are no choices. */
  readonly complete?: 'file' | 'folder';
  readonly help: string;
  /** Key of the question that the flag answers. */
  readonly question?: string;
}

/** A question with its key and the mitigation it belongs to, if any. */
export interface Keyed {
  readonly key: string;
  readonly question: Question;
  readonly owner?: string;
}

/** The word for an empty list on the command line, where `--deploy=` would look like a mistake. */
export const EMPTY_LIST = 'none';

/** Every question of the project and of the given mitigations, in the order in which it is asked. */
export function questionsOf(definitions: Definitions, chosen?: readonly string[]): readonly Keyed[] {
  const keyed = (questions: Questions, owner?: string): Keyed[] =>
    Object.entries(questions).map(([key, question]) => ({ key, question, ...(owner === undefined ? {} : { owner }) }));
  const mitigations = definitions.catalog.filter(({ id }) => chosen === undefined || chosen.includes(id));
  return [...keyed(definitions.projectQuestions), ...mitigations.flatMap(({ id, questions }) => keyed(questions, id))];
}

/** The flag's name of a question: its key in kebab-case. */
export function flagName(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}

/** The flag that answers a question. */
export function flagOf({ key, question }: Keyed): Flag {
  const base = { name: flagName(key), help: question.help, question: key };
  switch (question.kind) {
    case 'confirm':
      return { ...base, kind: 'switch', negatable: true };
    case 'text':
      return { ...base, kind: 'value', metavar: 'TEXT' };
    case 'choice':
      return { ...base, kind: 'value', metavar: 'WORD', choices: valuesOf(question) };
    case 'many':
      return { ...base, kind: 'list', metavar: 'WORD,...', choices: [...valuesOf(question), EMPTY_LIST] };
  }
}

/** The values that a choice question accepts. */
export function valuesOf(question: Extract<Question, { kind: 'choice' | 'many' }>): readonly string[] {
  return question.choices.map(({ value }) => value);
}
