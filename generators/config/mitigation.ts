import { entry, longEntry } from '../../src/changes.ts';
import type { Change, Mitigation, PlanContext } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';

const mitigation: Mitigation = {
  id: 'config',
  title: 'Development, testing and production settings apart',
  weaknesses: ['CWE-1188', 'CWE-453'],
  asvs: ['13.1.1'],
  threats: [
    {
      name: 'Production runs with development settings',
      severity: 'high',
      prevented: 'APP_ENV names the tier, and unset is production.',
    },
    {
      name: 'A wrong value goes unnoticed',
      severity: 'medium',
      prevented: 'Variables are named, typed and checked; production refuses to serve with one that cannot be read.',
    },
    {
      name: 'A stray variable of the host changes a setting',
      severity: 'low',
      prevented: 'Nothing is read by prefix.',
    },
  ],
  questions: {},
  plan,
  fitsAnyApp: true,
  completes: 'always',
};

export default mitigation;

function* plan(context: PlanContext): Iterable<Change> {
  // All that an app needs which Dewar did not write is in wiring.ts.
  if (context.app) return;
  yield* overlay('config', context);
  yield* always;
}

const always: readonly Change[] = [
  longEntry('readme.run', 'config/slots/readme.run', 10),
  entry(
    'env.tier',
    `# development, testing or production; unset is production.
APP_ENV=`,
    10,
  ),
  entry('startup.imports', 'from .settings import tiers', 60),
  entry('startup.checks', 'tiers.problems,', 10),
  entry('settings.imports', 'from . import tiers', 10),
  entry('settings.choose', 'name, source = tiers.choose(tier)', 10),
  entry(
    'security.table',
    '| tiers | development settings that reach production | `settings/` | `test_config.py` |',
    50,
  ),
];
