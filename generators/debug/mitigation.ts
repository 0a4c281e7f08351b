import { entry, setting, startupCheck } from '../../src/changes.ts';
import type { Change, Mitigation, PlanContext } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';

const mitigation: Mitigation = {
  id: 'debug',
  title: 'Debugger off in production, and refused if turned on',
  weaknesses: ['CWE-489', 'CWE-215'],
  asvs: ['13.4.2'],
  threats: [
    {
      name: 'Remote code execution through the Werkzeug console',
      severity: 'high',
      prevented:
        'Production starts with debug off, whatever FLASK_DEBUG says, and refuses to serve when something turns it on.',
    },
    {
      name: 'Tracebacks shown to visitors',
      severity: 'medium',
      prevented: 'Exceptions end in the error page, never in the response.',
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
  yield* overlay('debug', context);
  yield* startupCheck(context, 'debug', 30);
  yield* always;
}

const always: readonly Change[] = [
  entry('debug.leaking', 'LEAKING = ("PROPAGATE_EXCEPTIONS", "TRAP_HTTP_EXCEPTIONS", "TRAP_BAD_REQUEST_ERRORS")'),
  entry(
    'gate.refusals',
    `"FLASK_DEBUG=1",
"FLASK_ENV=development",
"code:debug",
"code:testing",`,
  ),
  setting(['production', 'DEBUG'], 'False', 'whatever FLASK_DEBUG says; https://flask.palletsprojects.com/debugging/'),
  setting(['production', 'TESTING'], 'False', 'testing mode lets errors out to the client'),
  setting(
    ['production', 'PROPAGATE_EXCEPTIONS'],
    'False',
    "errors end in the error page, not in the server's traceback",
  ),
  entry(
    'security.table',
    '| no debugger | tracebacks and a code console in production | `security/debug.py` | `test_debug.py` |',
    40,
  ),
];
