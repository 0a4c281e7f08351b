import { byHandLines, NOTHING_TO_CHANGE } from '../cli/outcome.ts';
import type { ByHand } from '../mitigation.ts';
import type { Write } from '../plan/write.ts';
import type { Asker } from './questions.ts';

interface Planned {
  readonly writes: readonly Write[];
  readonly byHand: readonly ByHand[];
  readonly notes?: readonly string[];
}

/** Says what Yeoman's own list of files does not. */
export function told(asker: Asker, { writes, byHand, notes = [] }: Planned): readonly Write[] {
  const nothing = writes.length === 0 ? [NOTHING_TO_CHANGE] : [];
  for (const line of [...nothing, ...notes, ...byHandLines(byHand, (_, text) => text)]) asker.log(line);
  return writes;
}
