import type { AppFacts } from '../flask/facts.ts';
import type { ByHand, Finding, Place, Rule } from '../mitigation.ts';

/** What rules find and no edit mends, as steps by hand; what is merely untidy is left to the audit. */
export function* leftToHand(
  app: AppFacts,
  rules: readonly Rule[],
  mended: readonly Pick<Place, 'file' | 'line'>[] = [],
): Iterable<ByHand> {
  const done = new Set(mended.map(({ file, line }) => `${file}:${line}`));
  for (const { severity, find } of rules) {
    if (severity === 'low') continue;
    for (const { place, why, fix } of find(app))
      if (!isDone(done, place)) yield { kind: 'by-hand', ...(place && { place }), what: `${why} ${fix}` };
  }
}

function isDone(done: ReadonlySet<string>, place: Finding['place']): boolean {
  return place !== undefined && done.has(`${place.file}:${place.line}`);
}
