import { register } from '../../src/changes.ts';
import type { Wiring } from '../../src/mitigation.ts';
import { leftToHand } from '../../src/plan/left.ts';
import { rules } from './rules.ts';

/** What an app that exists needs besides: answers for the errors that it has no handler for. */
const wiring: Wiring = function* ({ app }) {
  yield register('errors', 60, "the app's own handlers come first");
  const given = new Set(['errors/no-404', 'errors/no-500']);
  yield* leftToHand(
    app,
    rules.filter(({ id }) => !given.has(id)),
  );
};

export default wiring;
