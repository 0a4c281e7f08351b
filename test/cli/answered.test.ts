import { describe, expect, it } from 'vitest';
import { answeredLines, rowsOf } from '../../src/cli/answered.ts';
import type { Output } from '../../src/cli/io.ts';
import { columnsOf, fitted, wrap } from '../../src/cli/wrap.ts';
import type { Question } from '../../src/mitigation.ts';

const words = ['ci', 'config', 'cookies', 'csrf', 'debug', 'errors'];
const many: Question = {
  kind: 'many',
  message: 'Which?',
  help: '',
  default: words,
  choices: words.map((value) => ({ value, label: `${value}!` })),
};
const text: Question = { kind: 'text', message: 'What is the app called?', help: '', default: '' };

describe('the line of an answered question', () => {
  it.each([
    [words, 'all 6'],
    [words.slice(1), '5 of 6, without ci'],
    [words.slice(0, 2), 'ci, config'],
    [[], 'none'],
  ])('says %j shortly', (answer, shown) => {
    expect(answeredLines(many, answer, { paint: (_, said) => said, columns: 80 })).toEqual([`✔ Which? ${shown}`]);
  });

  it('breaks between words, and counts the rows that have to go when the question is put again', () => {
    const lines = answeredLines(text, `门户 ${'x'.repeat(30)}`, { paint: (_, said) => said, columns: 20 });
    expect(lines).toEqual(['✔ What is the app', '  called? 门户', `  ${'x'.repeat(30)}`]);
    expect(rowsOf(lines, 20)).toBe(4);
  });
});

it('a choice that is too wide ends in an ellipsis', () => {
  expect([fitted('abcdef', 6), fitted('abcdefg', 6), fitted('门户门户', 6)]).toEqual(['abcdef', 'abcde…', '门户…']);
  expect(wrap('one two', 4)).toEqual(['one', 'two']);
});

describe('the width of a terminal', () => {
  it('is 80 columns where it has no size, or none that could be', () => {
    const of = (columns?: number) => columnsOf({ columns } as Output);
    expect([of(), of(0), of(40)]).toEqual([80, 80, 40]);
  });
});
