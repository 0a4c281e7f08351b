import type { LineMerge, Region } from './merge.ts';

/** A change of Dewar's that was offered as a conflict: known by what it puts in the place of what. */
export interface Offered {
  readonly hunk: string;
  /** How many lines show whether it was taken, and their digest: those it brings, or those it takes away. */
  readonly lines: number;
  readonly digest: string;
  readonly removes?: true;
}

/** Leaves a merge's conflicts that the user was offered before, and did not take, as the user has them. */
export function withoutRejected(merge: LineMerge, rejected: readonly Offered[]): LineMerge {
  const known = new Set(rejected.map(({ hunk }) => hunk));
  const regions = merge.regions.map((region) => {
    if ('lines' in region) return region;
    // What was not taken is nothing to take back, either.
    const isKnown = known.has(fingerprint(region)) || known.has(fingerprint({ base: region.next, next: region.base }));
    return isKnown ? { lines: region.mine } : region;
  });
  return { regions, conflicts: regions.filter((region) => !('lines' in region)).length };
}

/** What of a file's offers the user has not taken, by the text that the file has now. */
export function stillRejected(offers: readonly Offered[], mine: string): readonly Offered[] {
  if (offers.length === 0) return offers;
  const lines = mine.split(/\r?\n/);
  return offers.filter((offer) => has(lines, offer) === (offer.removes === true));
}

/** The conflicts of a merge, as the record remembers them. */
export function offersOf({ regions }: LineMerge): readonly Offered[] {
  return regions.flatMap((region): Offered[] => {
    if ('lines' in region) return [];
    const { base, next } = region;
    const shows = next.length > 0 ? next : base;
    const offer = { hunk: fingerprint(region), lines: shows.length, digest: digest(shows) };
    return [next.length > 0 ? offer : { ...offer, removes: true }];
  });
}

function has(lines: readonly string[], { lines: count, digest: wanted }: Offered): boolean {
  for (let at = 0; at + count <= lines.length; at += 1) {
    if (digest(lines.slice(at, at + count)) === wanted) return true;
  }
  return false;
}

function fingerprint({ base, next }: Pick<Exclude<Region, { lines: unknown }>, 'base' | 'next'>): string {
  return digest([...base, '\0', ...next]);
}

function digest(lines: readonly string[]): string {
  // Only a conflict needs it, and what every command loads takes time.
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}
