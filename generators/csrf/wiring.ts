import { tokenSplices } from '../../src/flask/tokens.ts';
import type { Wiring } from '../../src/mitigation.ts';

/** What an existing app needs besides: the token in its own forms, and tests that go on posting without one. */
const wiring: Wiring = function* ({ app }) {
  const { splices, byHand } = tokenSplices(app);
  yield* splices;
  yield* byHand;
  yield {
    kind: 'setting',
    key: 'WTF_CSRF_ENABLED',
    tier: 'testing',
    value: 'False',
    why: "the app's own tests post without a token",
  };
};

export default wiring;
