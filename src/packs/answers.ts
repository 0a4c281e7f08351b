import { DewarError, Exit } from '../error.ts';
import type { Answer, Answers, Choice, Question, Questions } from '../mitigation.ts';
import { nearest } from '../nearest.ts';

/**
 * Answers that a pack states, judged by their questions.
 * @throws DewarError for a question that is not there, and for an answer that it does not take.
 */
export function statedAnswers(questions: Questions, stated: Answers, where: string): Answers {
  for (const [key, value] of Object.entries(stated)) {
    const question = Object.hasOwn(questions, key) ? questions[key] : undefined;
    if (!question) throw wrong(where, `there is no question ${key}${hint(key, Object.keys(questions))}`);
    const problem = problemOf(question, value);
    if (problem !== undefined) throw wrong(where, `${key}: ${problem}`);
  }
  return stated;
}

function problemOf(question: Question, value: Answer): string | undefined {
  switch (question.kind) {
    case 'confirm':
      return typeof value === 'boolean' ? undefined : `${shown(value)} is neither true nor false`;
    case 'text':
      return typeof value === 'string' ? question.validate?.(value, {}) : `${shown(value)} is no text`;
    case 'choice':
      return typeof value === 'string' ? notAmong(question.choices, [value]) : `${shown(value)} is no single choice`;
    case 'many':
      return Array.isArray(value) ? notAmong(question.choices, value) : `${shown(value)} is no list`;
  }
}

function notAmong(choices: readonly Choice[], given: readonly string[]): string | undefined {
  const values = choices.map((choice) => choice.value);
  const odd = given.find((each) => !values.includes(each));
  return odd === undefined ? undefined : `${shown(odd)} is not one of ${values.join(', ')}`;
}

function shown(value: unknown): string {
  return JSON.stringify(value);
}

function hint(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

function wrong(where: string, what: string): DewarError {
  return new DewarError(`${where}: ${what}.`.replace(/([.?])\.$/, '$1'), Exit.usage);
}
