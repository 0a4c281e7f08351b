import { diff3Merge } from 'node-diff3';

/** The outcome of merging two changes of one text. */
export interface Merged {
  readonly text: string;
  readonly conflicts: number;
}

/** What the marks of a conflict call the base and the other side. */
export interface SideNames {
  readonly base: string;
  readonly theirs: string;
}

const ofUpdate: SideNames = { base: 'as Dewar wrote it', theirs: 'Dewar' };

/** Three-way merge by lines; where both sides changed the same lines, diff3 markers show mine, base and theirs. */
export function mergeText(
  { base, mine, theirs }: { readonly base: string; readonly mine: string; readonly theirs: string },
  names: SideNames = ofUpdate,
): Merged {
  const eol = mine.includes('\r\n') ? '\r\n' : '\n';
  const versions = [mine, base, theirs].map(lines) as [string[], string[], string[]];
  const head = equalLines(versions, (all, index) => all[index]);
  const tail = equalLines(
    versions.map((all) => all.slice(head)),
    (all, index) => all[all.length - 1 - index],
  );
  const [a, o, b] = versions.map((all) => all.slice(head, all.length - tail)) as typeof versions;
  let conflicts = 0;
  const merged = diff3Merge(a, o, b, { excludeFalseConflicts: true }).flatMap((region) => {
    if (region.ok) return region.ok;
    conflicts += 1;
    const { a: ours = [], o: ancestor = [], b: others = [] } = region.conflict ?? {};
    const marks = [`||||||| ${names.base}`, ...ancestor, '=======', ...others, `>>>>>>> ${names.theirs}`];
    return ['<<<<<<< yours', ...ours, ...marks];
  });
  const text = [...versions[0].slice(0, head), ...merged, ...versions[0].slice(versions[0].length - tail)].join(eol);
  return { text, conflicts };
}

/** How many lines the versions share from one end: the search between them is slow on long files. */
function equalLines(versions: readonly string[][], at: (all: string[], index: number) => string | undefined): number {
  const shortest = Math.min(...versions.map(({ length }) => length));
  let count = 0;
  while (count < shortest && new Set(versions.map((all) => at(all, count))).size === 1) count += 1;
  return count;
}

function lines(text: string): string[] {
  return text.split(/\r?\n/);
}
