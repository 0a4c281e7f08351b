import { entry, register, runtimePackage } from '../../src/changes.ts';
import type { Change, Mitigation, PlanContext } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';

const mitigation: Mitigation = {
  id: 'templating',
  title: 'Autoescape, sanitised HTML, sandboxed user templates',
  weaknesses: ['CWE-79', 'CWE-1336'],
  asvs: ['1.2.1', '1.3.1', '1.3.7'],
  threats: [
    {
      name: 'Cross-site scripting',
      severity: 'high',
      prevented: 'Autoescape is on everywhere; HTML from users goes through an allow-list.',
    },
    {
      name: 'Server-side template injection',
      severity: 'high',
      prevented: 'Templates from outside run in an immutable sandbox with plain data and limits.',
    },
    {
      name: 'An unescaped value slips in',
      severity: 'medium',
      prevented: 'A test lists every |safe and Markup and wants a reason for each.',
    },
  ],
  questions: {},
  plan,
  fitsAnyApp: true,
  completes: 'always',
};

export default mitigation;

function* plan(context: PlanContext): Iterable<Change> {
  // An app that exists gets what its own pages need: see its wiring.
  if (context.app) return;
  yield* overlay('templating', context);
  yield* always;
}

const always: readonly Change[] = [
  runtimePackage('nh3', '>=0.3,<0.4'),
  register('templating', 80, ''),
  entry(
    'security.table',
    '| templates | scripts in what users write; templates that run code | `security/templating.py` | `test_templating.py` |',
    110,
  ),
];
