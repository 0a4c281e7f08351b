import { entry } from '../../src/changes.ts';
import { bootstrapTests } from '../../src/flask/test-bootstrap.ts';
import { tierVariable } from '../../src/flask/tiers.ts';
import type { Wiring } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';

/** What an app that Dewar did not write gets with whatever defence: its tiers, their settings and the start-up gate. */
const wiring: Wiring = function* (context) {
  yield* overlay('app', context);
  for (const module of ['environment', 'secret_files'])
    yield {
      kind: 'file',
      place: `package/security/${module}.py`,
      template: `app/package/settings/${module}.py`,
    };
  yield tierVariable;
  yield entry('security.imports', 'from . import settings\nfrom . import startup');
  yield entry('security.init', 'settings.init_app(app)  # first: every defence reads its settings', -100);
  yield entry('security.init', 'startup.init_app(app)  # last: in front of all that was wrapped around the app', 1000);
  yield* bootstrapTests(context.app);
};

export default wiring;
