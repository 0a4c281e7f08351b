import { DewarError, Exit } from '../error.ts';
import type { Answer, Question } from '../mitigation.ts';
import { didYouMean } from './did-you-mean.ts';
import { EMPTY_LIST, valuesOf } from './flags.ts';

const YES = ['true', 'yes', 'on', 'y', '1'];
const NO = ['false', 'no', 'off', 'n', '0'];

/** A usage error: exit 2. */
export function usage(message: string): DewarError {
  return new DewarError(message, Exit.usage);
}

/** The answer that a raw value of a flag, a file or a preset stands for; `where` names its place in errors. */
export function coerce(question: Question, raw: unknown, where: string): Answer {
  switch (question.kind) {
    case 'text':
      return text(raw, where);
    case 'choice':
      return oneOf(text(raw, where), valuesOf(question), where);
    case 'many':
      return several(question, raw, where);
    case 'confirm':
      return truth(raw, where);
  }
}

/** The value itself if it is one of the choices, else an error with the nearest one. */
export function oneOf(value: string, choices: readonly string[], where: string): string {
  if (choices.includes(value)) return value;
  const known = choices.join(', ');
  throw usage(`${where}: ${JSON.stringify(value)} is not one of ${known}.${didYouMean(value, choices)}`);
}

/** The parts of a list written with commas. */
export function split(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function text(raw: unknown, where: string): string {
  if (typeof raw === 'string') return raw;
  // 3.10 read as a number is 3.1: only the user can tell which was meant.
  const hint = typeof raw === 'number' ? ' Put it in quotes.' : '';
  throw usage(`${where}: ${JSON.stringify(raw)} is not text.${hint}`);
}

function several(question: Extract<Question, { kind: 'many' }>, raw: unknown, where: string): readonly string[] {
  const choices = valuesOf(question);
  const words = Array.isArray(raw) ? raw.map((one) => text(one, where)) : split(text(raw, where));
  const none = words.includes(EMPTY_LIST) && !choices.includes(EMPTY_LIST);
  if (none && words.length === 1) return [];
  if (none) throw usage(`${where}: "${words.join()}" is both nothing and something; "${EMPTY_LIST}" stands alone.`);
  for (const word of words) oneOf(word, choices, where);
  // The catalog's order, so that equal answers are equal bytes.
  return choices.filter((choice) => words.includes(choice));
}

function truth(raw: unknown, where: string): boolean {
  if (typeof raw === 'boolean') return raw;
  const word = typeof raw === 'string' ? raw.toLowerCase() : '';
  if (YES.includes(word)) return true;
  if (NO.includes(word)) return false;
  throw usage(`${where}: ${JSON.stringify(raw)} is neither yes nor no.`);
}
