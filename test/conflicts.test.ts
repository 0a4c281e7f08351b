import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Exit } from '../src/error.ts';
import { type Conflict, type ConflictAnswer, decide, refuseConflicts } from '../src/plan/conflicts.ts';
import type { Write } from '../src/plan/write.ts';
import { lay, snapshot } from './support/snapshot.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dewar-conflicts-'));
  lay(root, { 'same.txt': 'same\n', 'one.txt': 'mine\n', 'two.txt': 'mine\n', 'three.txt': 'mine\n' });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const WRITES: readonly Write[] = [
  { path: 'same.txt', content: Buffer.from('same\n') },
  { path: 'one.txt', content: 'theirs\n' },
  { path: 'deep/new.txt', content: '' },
  { path: 'two.txt', content: 'theirs\n' },
  { path: 'three.txt', content: null },
  { path: 'gone.txt', content: null },
];

test.each([
  ['keep', 'keep'],
  ['theirs', 'overwrite'],
  ['fail', 'conflict'],
  ['ask', 'conflict'],
] as const)('under %s a file that differs becomes %s, without a question', async (onConflict, expected) => {
  const before = snapshot(root);
  const decisions = await decide(root, WRITES, { onConflict });
  expect(decisions.map(({ state }) => state)).toEqual(['unchanged', expected, 'new', expected, expected, 'unchanged']);
  expect(decisions.map(({ write }) => write)).toEqual(WRITES);
  expect(snapshot(root)).toEqual(before);
});

test('each file that differs is asked about once, with its diff', async () => {
  const asked: Conflict[] = [];
  const answers: ConflictAnswer[] = ['keep', 'theirs', 'keep'];
  const ask = async (conflict: Conflict): Promise<ConflictAnswer> => answers[asked.push(conflict) - 1] ?? 'keep';
  const decisions = await decide(root, WRITES, { onConflict: 'ask', ask });
  expect(asked.map(({ path }) => path)).toEqual(['one.txt', 'two.txt', 'three.txt']);
  expect(asked[0]?.diff).toContain('-mine\n+theirs\n');
  expect(asked[2]?.diff).toContain('deleted file');
  expect(decisions.map(({ state }) => state)).toEqual(['unchanged', 'keep', 'new', 'overwrite', 'keep', 'unchanged']);
});

test.each([
  ['theirs all', 'overwrite'],
  ['keep all', 'keep'],
] as const)('the answer "%s" holds for every file after it', async (answer, expected) => {
  let asked = 0;
  const ask = async (): Promise<ConflictAnswer> => {
    asked++;
    return answer;
  };
  const decisions = await decide(root, WRITES, { onConflict: 'ask', ask });
  expect(asked).toBe(1);
  expect(decisions.filter(({ state }) => state === expected)).toHaveLength(3);
});

test('a file that is no text is asked about without a diff', async () => {
  lay(root, { 'image.png': '\0png' });
  const asked: Conflict[] = [];
  const ask = async (conflict: Conflict): Promise<ConflictAnswer> => {
    asked.push(conflict);
    return 'keep';
  };
  await decide(root, [{ path: 'image.png', content: 'text' }], { onConflict: 'ask', ask });
  expect(asked).toEqual([{ path: 'image.png', diff: '' }]);
});

test('every conflict is named with the ways out, and exit code 3', async () => {
  const decisions = await decide(root, WRITES, { onConflict: 'fail' });
  expect(() => refuseConflicts(decisions)).toThrow(/one\.txt, two\.txt, three\.txt.*--on-conflict keep/);
  expect(() => refuseConflicts(decisions)).toThrow(expect.objectContaining({ exit: Exit.conflicts }));
  refuseConflicts(await decide(root, WRITES, { onConflict: 'keep' }));
});

test('a link is refused before anybody is asked', async () => {
  if (process.platform === 'win32') return;
  symlinkSync('one.txt', join(root, 'link.txt'));
  await expect(decide(root, [{ path: 'link.txt', content: '' }], { onConflict: 'theirs' })).rejects.toThrow(
    'never written',
  );
});

test('in a root that does not exist every file is new', async () => {
  const decisions = await decide(join(root, 'no', 'such'), WRITES.slice(0, 3), { onConflict: 'fail' });
  expect(decisions.map(({ state }) => state)).toEqual(['new', 'new', 'new']);
});
