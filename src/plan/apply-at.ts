import { apply } from './apply.ts';
import { fromRepository, type Home } from './repository.ts';
import type { Write } from './write.ts';

/** Applies the writes of a plan for an app, some of which may lie in the repository above it; all or nothing. */
export function applyAt(home: Home, plan: readonly Write[]): void {
  const { root, writes } = fromRepository(home, plan);
  apply(root, writes);
}
