import type { Answers, Questions } from '../mitigation.ts';
import { order } from './order.ts';
import type { Catalog } from './project.ts';

/** The answers to questions of the base app and of these mitigations, in the order of the questions. */
export function relevantAnswers(questions: readonly Questions[], answers: Answers): Answers {
  const keys = questions.flatMap((each) => Object.keys(each));
  return Object.fromEntries(keys.flatMap((key) => (answers[key] === undefined ? [] : [[key, answers[key]]])));
}

/** The given answers, and the default for every other question of the base app and the chosen mitigations. */
export function completeAnswers(catalog: Catalog, chosen: readonly string[], given: Answers): Answers {
  const answers: Record<string, Answers[string]> = { ...given };
  for (const { questions } of [catalog.app, ...order(catalog.mitigations, chosen)]) {
    for (const [key, question] of Object.entries(questions)) {
      answers[key] ??= typeof question.default === 'function' ? question.default(answers) : question.default;
    }
  }
  return answers;
}
