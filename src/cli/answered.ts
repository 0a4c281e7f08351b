import type { Answer, Question } from '../mitigation.ts';
import type { Paint } from './paint.ts';
import { widthOf, wrap } from './wrap.ts';

/** The lines that stand for an answered question. */
export function answeredLines(
  question: Question,
  answer: Answer,
  { paint, columns }: { readonly paint: Paint; readonly columns: number },
): string[] {
  const shown = shownAnswer(question, answer);
  const { message } = question;
  if (2 + widthOf(message) + 1 + widthOf(shown) <= columns)
    return [`${paint('green', '✔')} ${message} ${paint('cyan', shown)}`];
  const lines = wrap(`${message} ${shown}`, columns - 2);
  return lines.map((line, index) => `${index === 0 ? paint('green', '✔') : ' '} ${line}`);
}

/** How many rows of the terminal the lines take; only what has no blank to break at is longer than one. */
export function rowsOf(lines: readonly string[], columns: number): number {
  const rows = lines.map((line) => Math.max(1, Math.ceil(widthOf(withoutColour(line)) / columns)));
  return rows.reduce((sum, count) => sum + count, 0);
}

function shownAnswer(question: Question, answer: Answer): string {
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no';
  if (typeof answer === 'string') return question.kind === 'choice' ? labelOf(question, answer) : answer;
  const all = question.kind === 'many' ? question.choices.map(({ value }) => value) : [];
  if (answer.length === 0) return 'none';
  const out = all.filter((value) => !answer.includes(value));
  // A long list says more by what is not on it.
  if (answer.length <= 4) return answer.join(', ');
  return out.length === 0 ? `all ${all.length}` : `${answer.length} of ${all.length}, without ${out.join(', ')}`;
}

function labelOf({ choices }: Extract<Question, { kind: 'choice' }>, value: string): string {
  return choices.find((choice) => choice.value === value)?.label ?? value;
}

function withoutColour(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that begins each of our colours
  return text.replace(/\u001B\[\d+m/g, '');
}
