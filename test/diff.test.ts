import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { unifiedDiff } from '../src/plan/diff.ts';

const folder = mkdtempSync(join(tmpdir(), 'dewar-diff-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `git apply` makes of the old text; null is no file. */
function patched(path: string, before: string | null, diff: string): string | null {
  const file = join(folder, path);
  if (before === null) rmSync(file, { force: true });
  else writeFileSync(file, before);
  if (diff !== '') execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: folder, input: diff });
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

test('a change is shown with three lines around it', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\n';
  expect(unifiedDiff('src/app.py', before, before.replace('e', 'E'))).toBe(
    'diff --git a/src/app.py b/src/app.py\n--- a/src/app.py\n+++ b/src/app.py\n' +
      '@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
  );
});

test('changes that are six lines apart share a hunk, and those seven apart do not', () => {
  const lines = (gap: number): string => `x\n${'-\n'.repeat(gap)}x\n`;
  const hunks = (gap: number): number =>
    unifiedDiff('f', lines(gap), lines(gap).replaceAll('x', 'y')).split('@@ -').length - 1;
  expect([hunks(6), hunks(7)]).toEqual([1, 2]);
});

test('equal texts have no diff', () => expect(unifiedDiff('f', 'a\n', 'a\n')).toBe(''));

test.each<[string, string | null, string | null]>([
  ['a new file', null, 'a\nb\n'],
  ['a new file without a last line end', null, 'a'],
  ['a new empty file', null, ''],
  ['a deleted file', 'a\nb\n', null],
  ['a deleted empty file', '', null],
  ['a file that gets its first lines', '', 'a\n'],
  ['a file that loses all lines', 'a\n', ''],
  ['a last line end that is added', 'a\nb', 'a\nb\n'],
  ['a last line end that is removed', 'a\nb\n', 'a\nb'],
  ['other line ends', 'a\nb\n', 'a\r\nb\r\n'],
  ['lines named as properties of objects', 'constructor\n', '__proto__\ntoString\n'],
])('git applies the diff of %s', (_name, before, after) => {
  expect(patched('f.txt', before, unifiedDiff('f.txt', before, after))).toBe(after);
});

test('git applies a diff to a name with a space', () => {
  expect(patched('two words.txt', 'a\n', unifiedDiff('two words.txt', 'a\n', 'b\n'))).toBe('b\n');
});

test('git applies the diff between any two texts', () => {
  const text = fc
    .array(fc.constantFrom('a\n', 'b\n', '\n', 'a\r\n', 'end'), { maxLength: 30 })
    .map((lines) => lines.join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(patched('any.txt', before, unifiedDiff('any.txt', before, after))).toBe(after);
    }),
    { numRuns: 100 },
  );
});

test('two long files with nothing in common take well under a second', () => {
  const text = (word: string): string => Array.from({ length: 4000 }, (_, line) => `${word} ${line % 7}\n\n`).join('');
  for (const lines of [900, 8000]) {
    const [a, b] = ['a', 'b'].map((word) =>
      text(word)
        .split(/(?<=\n)/)
        .slice(0, lines)
        .join(''),
    );
    const start = performance.now();
    const diff = unifiedDiff('f', a ?? '', b ?? '');
    expect(performance.now() - start).toBeLessThan(1000);
    expect(patched('f', a ?? '', diff)).toBe(b);
  }
});
