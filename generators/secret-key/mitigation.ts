import { entry, longEntry, register, setting, startupCheck } from '../../src/changes.ts';
import type { Change, Mitigation, PlanContext } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';

const mitigation: Mitigation = {
  id: 'secret-key',
  title: 'SECRET_KEY from outside, strong, and rotated',
  weaknesses: ['CWE-321', 'CWE-798', 'CWE-1394'],
  asvs: ['11.1.2', '13.3.1', '13.3.4'],
  threats: [
    {
      name: 'Forged cookies and tokens by a known key',
      severity: 'high',
      prevented:
        'The key comes from the environment, a file or a secret store; production refuses a weak or known one.',
    },
    {
      name: 'A key that cannot be changed',
      severity: 'medium',
      prevented: 'Rotation in two phases keeps sessions and open forms valid.',
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
  yield* overlay('secret-key', context);
  yield* startupCheck(context, 'secret_key', 60);
  yield* always;
}

const always: readonly Change[] = [
  longEntry('readme.settings', 'secret-key/slots/readme.settings', 10),
  longEntry('env.example', 'secret-key/slots/env.example', 20),
  entry('commands.imports', 'from .security import secret_key_commands', 10),
  entry('commands.init', 'app.cli.add_command(secret_key_commands.group)', 10),
  setting(
    ['base', 'SECRET_KEY_FALLBACKS'],
    { variable: 'SECRET_KEY_FALLBACKS', type: 'items' },
    'Keys that are still accepted while a new one is rolled out; newest in SECRET_KEY.',
  ),
  setting(
    ['base', 'SECRET_KEY_MAX_AGE_DAYS'],
    { variable: 'SECRET_KEY_MAX_AGE_DAYS', type: 'number', arguments: '180' },
    'then /readyz warns',
  ),
  longEntry('deployment.variables', 'secret-key/slots/deployment.variables'),
  longEntry('deployment.sections', 'secret-key/slots/deployment.sections', 10),
  register('secret_key', 10, 'first: the others sign with it'),
  entry(
    'security.table',
    '| secret key | forged sessions and tokens; a leaked key that cannot be changed | `security/secret_key.py` | `test_secret_key.py`, `test_key_rotation.py` |',
    80,
  ),
  entry(
    'security.leak',
    `- The secret key: run \`secret-key accept\`, \`promote\` and \`drop\` at once, without waiting between
  them. What it signed is worth nothing then, such as the tokens of open forms.`,
    10,
  ),
];
