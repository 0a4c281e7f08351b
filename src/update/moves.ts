import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { listFiles } from '../flask/files.ts';
import { decode } from '../source/text.ts';

/** How alike two texts must be for one to have come from the other: half of their lines, as Git has it. */
const ALIKE = 0.5;

/** Texts shorter than this are alike by accident. */
const LEAST = 3;

/**
 * Where the user moved files to that are no longer where Dewar wrote them: a file that is not Dewar's and is most like
 * the lost one, of all that have its name or its ending.
 */
export function movedByUser(
  root: string,
  lost: ReadonlyMap<string, string>,
  managed: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  if (lost.size === 0) return new Map();
  const endings = new Set([...lost.keys()].map((path) => extname(path)));
  const own = listFiles(root).files.filter((path) => !managed.has(path) && endings.has(extname(path)));
  const candidates = new Map(
    own.flatMap((path): [string, string][] => {
      const read = decode(readFileSync(join(root, path)));
      return 'text' in read ? [[path, read.text]] : [];
    }),
  );
  return pairs(lost, candidates);
}

/** Which new files of Dewar's are old ones under another name: new path to old path. */
export function renamedByDewar(
  dropped: ReadonlyMap<string, string>,
  fresh: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map([...pairs(dropped, fresh)].map(([old, path]) => [path, old]));
}

/** How much of two texts is the same, from 0 to 1, by lines that are not blank. */
export function likeness(left: string, right: string): number {
  const [a, b] = [linesOf(left), linesOf(right)];
  if (Math.min(a.length, b.length) < LEAST) return left === right && left !== '' ? 1 : 0;
  const count = new Map<string, number>();
  for (const line of a) count.set(line, (count.get(line) ?? 0) + 1);
  let common = 0;
  for (const line of b) {
    const left = count.get(line) ?? 0;
    if (left > 0) common += 1;
    count.set(line, left - 1);
  }
  return (2 * common) / (a.length + b.length);
}

/** The best partner of each file; one that two files would have goes to the one that is more like it. */
function pairs(from: ReadonlyMap<string, string>, to: ReadonlyMap<string, string>): Map<string, string> {
  const scores = [...from].flatMap(([path, text]) =>
    [...to]
      .filter(([other]) => extname(other) === extname(path))
      .map(([other, theirs]) => ({
        path,
        other,
        score: likeness(text, theirs),
        named: basename(other) === basename(path),
      })),
  );
  const good = scores.filter(({ score }) => score >= ALIKE);
  good.sort((one, two) => two.score - one.score || Number(two.named) - Number(one.named));
  const found = new Map<string, string>();
  const taken = new Set<string>();
  for (const { path, other } of good) {
    if (found.has(path) || taken.has(other)) continue;
    found.set(path, other);
    taken.add(other);
  }
  return found;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
