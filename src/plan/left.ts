import type { AppFacts } from '../flask/facts.ts';
import type { ByHand, Finding, Place, Rule } from '../mitigation.ts';

/**
 * What rules find and no edit mends, as steps by hand: one for all places of a file at which the same is to be done. What
 * is merely untidy is left to the audit.
 */
export function* leftToHand(
  app: AppFacts,
  rules: readonly Rule[],
  mended: readonly Pick<Place, 'file' | 'line'>[] = [],
): Iterable<ByHand> {
  const done = new Set(mended.map(({ file, line }) => `${file}:${line}`));
  for (const { severity, find } of rules) {
    if (severity === 'low') continue;
    const left = [...find(app)].filter(({ place }) => !isDone(done, place));
    for (const all of alike(left)) yield* stepFor(all);
  }
}

/** Findings that say the same of one file, together. */
function alike(found: readonly Finding[]): readonly Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const each of found) {
    const key = [each.place?.file, each.why, each.fix].join('\n');
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()];
}

function* stepFor([first, ...others]: readonly Finding[]): Iterable<ByHand> {
  if (!first) return;
  const { place, why, fix } = first;
  const lines = others.flatMap((each) => each.place?.line ?? []);
  const more = lines.length === 0 ? '' : ` The same in ${lines.length > 1 ? 'lines' : 'line'} ${lines.join(', ')}.`;
  yield { kind: 'by-hand', ...(place && { place }), what: `${why} ${fix}${more}` };
}

function isDone(done: ReadonlySet<string>, place: Finding['place']): boolean {
  return place !== undefined && done.has(`${place.file}:${place.line}`);
}
