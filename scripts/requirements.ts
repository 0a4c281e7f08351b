import type { Answer, Answers, PackageChange, Question } from '../src/mitigation.ts';
import { collect } from '../src/plan/collect.ts';
import { order } from '../src/plan/order.ts';
import type { Catalog } from '../src/plan/project.ts';

/** Every package that any combination of answers asks for, whatever is chosen; equal ones once. */
export function allPackages(catalog: Catalog): PackageChange[] {
  const found = new Map<string, PackageChange>();
  for (const chosen of selections(catalog)) {
    const contributors = [catalog.app, ...order(catalog.mitigations, chosen)];
    for (const answers of combinations(contributors.flatMap(({ questions }) => Object.entries(questions)))) {
      for (const { change } of collect({ contributors, answers, templates: [] }).contributions)
        if (change.kind === 'package') found.set(JSON.stringify(change), change);
    }
  }
  return [...found.values()];
}

/** All mitigations, none, each alone, and all but one. */
function selections({ mitigations }: Catalog): string[][] {
  const all = mitigations.map(({ id }) => id);
  return [all, [], ...all.map((id) => [id]), ...all.map((id) => all.filter((other) => other !== id))];
}

/** Every combination of answers to these questions; a text has one. */
function combinations(questions: readonly (readonly [string, Question])[]): Answers[] {
  let all: Record<string, Answer>[] = [{}];
  for (const [key, question] of questions)
    all = all.flatMap((answers) => values(question, answers).map((value) => ({ ...answers, [key]: value })));
  return all;
}

function values(question: Question, answers: Answers): readonly Answer[] {
  switch (question.kind) {
    case 'confirm':
      return [true, false];
    case 'choice':
      return question.choices.map(({ value }) => value);
    case 'many':
      return subsets(question.choices.map(({ value }) => value));
    case 'text':
      return [typeof question.default === 'function' ? question.default(answers) : question.default];
  }
}

function subsets(values: readonly string[]): string[][] {
  let all: string[][] = [[]];
  for (const value of values) all = all.flatMap((one) => [one, [...one, value]]);
  return all;
}
