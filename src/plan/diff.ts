import { diffIndices } from 'node-diff3';

/** Unchanged lines shown around a change. */
const CONTEXT = 3;

/** Pairs of lines up to which the search is quick whatever they hold; beyond, the old ones are shown as replaced. */
const PAIRS = 1_000_000;

/** Lines that differ: where they start, counted from 0, and how many they are, on both sides. */
interface Difference {
  readonly before: readonly [start: number, count: number];
  readonly after: readonly [start: number, count: number];
}

/** A unified diff that `git apply` and `patch -p1` take; null is a file that is not there, and equal texts give ''. */
export function unifiedDiff(path: string, before: string | null, after: string | null): string {
  if (before === after) return '';
  const [old, fresh] = [linesOf(before ?? ''), linesOf(after ?? '')];
  const hunks = group(differences(old, fresh)).map((group) => hunk(group, old, fresh));
  return [...headers(path, before, after), ...hunks].join('');
}

/** The lines with their ends, so that a change of line ends or of the last one shows. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** What is equal at both ends is left out first: it is most of a file, and the search is slow where lines repeat. */
function differences(old: readonly string[], fresh: readonly string[]): Difference[] {
  const shorter = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shorter && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++;
  const [a, b] = [old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)];
  if (a.length * b.length > PAIRS) return [{ before: [head, a.length], after: [head, b.length] }];
  return diffIndices(a, b).map(({ buffer1: [at, removed], buffer2: [to, added] }) => ({
    before: [at + head, removed],
    after: [to + head, added],
  }));
}

/** Differences whose contexts touch are shown together. */
function group(all: readonly Difference[]): Difference[][] {
  const groups: Difference[][] = [];
  for (const next of all) {
    const last = groups.at(-1)?.at(-1);
    if (last && next.before[0] - end(last.before) <= 2 * CONTEXT) groups.at(-1)?.push(next);
    else groups.push([next]);
  }
  return groups;
}

function hunk(group: readonly Difference[], old: readonly string[], fresh: readonly string[]): string {
  const [first, last] = [group[0], group.at(-1)];
  if (!first || !last) return '';
  const start = Math.max(0, first.before[0] - CONTEXT);
  const stop = Math.min(old.length, end(last.before) + CONTEXT);
  const shift = first.after[0] - first.before[0];
  const added = stop - end(last.before) + end(last.after) - (start + shift);
  const lines: string[] = [];
  let at = start;
  for (const { before, after } of group) {
    lines.push(...show(' ', old.slice(at, before[0])));
    lines.push(...show('-', old.slice(before[0], end(before))), ...show('+', fresh.slice(after[0], end(after))));
    at = end(before);
  }
  lines.push(...show(' ', old.slice(at, stop)));
  return `@@ -${range(start, stop - start)} +${range(start + shift, added)} @@\n${lines.join('')}`;
}

function show(sign: string, lines: readonly string[]): string[] {
  return lines.map((line) => (line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`));
}

/** A range counts from 1, and an empty one names the line before it. */
function range(start: number, count: number): string {
  if (count === 1) return String(start + 1);
  return `${count === 0 ? start : start + 1},${count}`;
}

function end([start, count]: readonly [number, number]): number {
  return start + count;
}

/** Git's own first line is needed for a file that appears or goes; a tab ends a name that holds a space. */
function headers(path: string, before: string | null, after: string | null): string[] {
  const name = (side: string, text: string | null): string =>
    text === null ? '/dev/null' : `${side}/${path}${path.includes(' ') ? '\t' : ''}`;
  const mode = before === null ? ['new file mode 100644\n'] : after === null ? ['deleted file mode 100644\n'] : [];
  const isEmpty = (before ?? '') === (after ?? '');
  const names = isEmpty ? [] : [`--- ${name('a', before)}\n`, `+++ ${name('b', after)}\n`];
  return [`diff --git a/${path} b/${path}\n`, ...mode, ...names];
}
