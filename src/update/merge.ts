import { diff3Merge } from 'node-diff3';

/** A stretch of a merged text: lines that are settled, or the three versions of lines that both sides changed. */
export type Region =
  | { readonly lines: readonly string[] }
  | { readonly mine: readonly string[]; readonly base: readonly string[]; readonly next: readonly string[] };

/** The lines of two changes of one text put together. */
export interface LineMerge {
  readonly regions: readonly Region[];
  readonly conflicts: number;
}

/** Three texts, without byte order marks and with `\n` as line end. */
export interface Texts {
  readonly base: string;
  readonly mine: string;
  readonly next: string;
}

/** What the marks of a conflict call the base and the other side. */
export interface SideNames {
  readonly base: string;
  readonly theirs: string;
}

const ofUpdate: SideNames = { base: 'as Dewar wrote it', theirs: 'Dewar' };

/** Three-way merge by lines. */
export function mergeLines({ base, mine, next }: Texts): LineMerge {
  const versions = [mine, base, next].map((text) => text.split('\n')) as [string[], string[], string[]];
  const { head, inner, tail } = differing(versions);
  const [a, o, b] = inner;
  const regions = diff3Merge(a, o, b, { excludeFalseConflicts: true }).map((region): Region => {
    if (region.ok) return { lines: region.ok };
    const { a: ours = [], o: ancestor = [], b: theirs = [] } = region.conflict ?? {};
    return { mine: ours, base: ancestor, next: theirs };
  });
  return {
    regions: [{ lines: head }, ...regions, { lines: tail }],
    conflicts: regions.filter((region) => !('lines' in region)).length,
  };
}

/** All that differs as one conflict: for a merge that is clean by lines and makes no sense as a whole. */
export function wholeConflict({ base, mine, next }: Texts): LineMerge {
  const versions = [mine, base, next].map((text) => text.split('\n')) as [string[], string[], string[]];
  const { head, inner, tail } = differing(versions);
  const [ours, ancestor, theirs] = inner;
  const region = { mine: ours, base: ancestor, next: theirs };
  return { regions: [{ lines: head }, region, { lines: tail }], conflicts: 1 };
}

/** The text with one side's lines in each conflict. */
export function textOf({ regions }: LineMerge, side: 'mine' | 'next'): string {
  return regions.flatMap((region) => ('lines' in region ? region.lines : region[side])).join('\n');
}

/** The text with all three versions of each conflict between diff3 marks. */
export function markedText({ regions }: LineMerge, names = ofUpdate): string {
  return regions
    .flatMap((region) => {
      if ('lines' in region) return region.lines;
      const { mine, base, next } = region;
      const others = [`||||||| ${names.base}`, ...base, '=======', ...next, `>>>>>>> ${names.theirs}`];
      return ['<<<<<<< yours', ...mine, ...others];
    })
    .join('\n');
}

/** True where marks of an earlier conflict are still in a text. */
export function hasMarks(text: string): boolean {
  return /^<<<<<<< yours\r?$/m.test(text) && /^>>>>>>> (Dewar|before Dewar)\r?$/m.test(text);
}

type Three = [string[], string[], string[]];

/** Cuts off what all versions share at both ends: the search between them is slow on long files. */
function differing(versions: Three): { head: string[]; inner: Three; tail: string[] } {
  const head = equalLines(versions, (all, index) => all[index]);
  const rest = versions.map((all) => all.slice(head));
  const tail = equalLines(rest, (all, index) => all[all.length - 1 - index]);
  const [first] = versions;
  return {
    head: first.slice(0, head),
    inner: rest.map((all) => all.slice(0, all.length - tail)) as Three,
    tail: first.slice(first.length - tail),
  };
}

function equalLines(versions: readonly string[][], at: (all: string[], index: number) => string | undefined): number {
  const shortest = Math.min(...versions.map(({ length }) => length));
  let count = 0;
  while (count < shortest && new Set(versions.map((all) => at(all, count))).size === 1) count += 1;
  return count;
}
