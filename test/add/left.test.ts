import { expect, it } from 'vitest';
import type { AppFacts } from '../../src/flask/facts.ts';
import type { Finding, Rule } from '../../src/mitigation.ts';
import { leftToHand } from '../../src/plan/left.ts';

const app = {} as AppFacts;

it('is one step for all places of a file at which the same is to be done', () => {
  const found = [at('a.py', 3), at('b.py', 1), at('a.py', 9), at('a.py', 12), { ...at('a.py', 20), fix: 'Remove it.' }];
  const steps = [...leftToHand(app, [rule(found)], [{ file: 'a.py', line: 9 }])];
  expect(steps.map(({ place, what }) => [`${place?.file}:${place?.line}`, what])).toEqual([
    ['a.py:3', 'It leaks. Log it. The same in line 12.'],
    ['b.py:1', 'It leaks. Log it.'],
    ['a.py:20', 'It leaks. Remove it.'],
  ]);
});

it('says nothing of what is merely untidy', () => {
  expect([...leftToHand(app, [{ ...rule([at('a.py', 3)]), severity: 'low' }])]).toEqual([]);
});

function at(file: string, line: number): Finding {
  return { place: { file, line, text: '' }, why: 'It leaks.', fix: 'Log it.' };
}

function rule(found: readonly Finding[]): Rule {
  return { id: 'errors/test', severity: 'high', find: () => found } as unknown as Rule;
}
