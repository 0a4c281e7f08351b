import { entry } from '../../src/changes.ts';
import type { Change, Mitigation, PlanContext } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';

const mitigation: Mitigation = {
  id: 'errors',
  title: 'Error pages that tell the visitor nothing',
  weaknesses: ['CWE-209', 'CWE-755'],
  asvs: ['16.5.1', '16.5.4'],
  threats: [
    {
      name: 'Internals leak through error pages',
      severity: 'medium',
      prevented: 'Each error has a page or a problem document with a request id, never a traceback.',
    },
    {
      name: 'An error page fails itself',
      severity: 'low',
      prevented: 'The pages use neither the session nor the router, so they also work when those do not.',
    },
  ],
  questions: {},
  plan,
  fitsAnyApp: true,
  completes: 'always',
};

export default mitigation;

function* plan(context: PlanContext): Iterable<Change> {
  yield* overlay('errors', context);
  yield* always;
}

const always: readonly Change[] = [
  entry('app.imports', 'from . import errors', 10),
  entry('app.errors', 'errors.init_app(app)', 10),
  entry(
    'security.table',
    '| error pages | details of the inside shown to the outside | `errors.py` | `test_errors.py` |',
    60,
  ),
];
