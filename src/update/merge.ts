import { diff3Merge } from 'node-diff3';

/** The outcome of merging two changes of one text. */
export interface Merged {
  readonly text: string;
  readonly conflicts: number;
}

/** Three-way merge by lines; where both sides changed the same lines, diff3 markers show mine, base and theirs. */
export function mergeText(base: string, mine: string, theirs: string): Merged {
  const eol = mine.includes('\r\n') ? '\r\n' : '\n';
  const [a, o, b] = [mine, base, theirs].map(lines) as [string[], string[], string[]];
  let conflicts = 0;
  const merged = diff3Merge(a, o, b, { excludeFalseConflicts: true }).flatMap((region) => {
    if (region.ok) return region.ok;
    conflicts += 1;
    const { a: ours = [], o: ancestor = [], b: dewar = [] } = region.conflict ?? {};
    return ['<<<<<<< yours', ...ours, '||||||| as Dewar wrote it', ...ancestor, '=======', ...dewar, '>>>>>>> Dewar'];
  });
  return { text: merged.join(eol), conflicts };
}

function lines(text: string): string[] {
  return text.split(/\r?\n/);
}
