import { entry, register, setting, startupCheck } from '../../src/changes.ts';
import type { Change, Mitigation, PlanContext } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';

const mitigation: Mitigation = {
  id: 'cookies',
  title: 'Secure, HttpOnly, SameSite and __Host- cookies',
  weaknesses: ['CWE-614', 'CWE-1004', 'CWE-1275'],
  asvs: ['3.3.1', '3.3.2', '3.3.3', '3.3.4'],
  threats: [
    {
      name: 'Session cookie read from plain HTTP',
      severity: 'high',
      prevented: 'Secure: browsers send it over TLS only.',
    },
    {
      name: 'Session cookie read by a script',
      severity: 'medium',
      prevented: 'HttpOnly: scripts of the page cannot see it.',
    },
    {
      name: 'Cookie planted by a sibling host',
      severity: 'medium',
      prevented: 'The __Host- prefix binds the cookie to this host and to TLS.',
    },
    {
      name: 'Another cookie of the app is set without flags',
      severity: 'low',
      prevented: 'The response class gives every cookie the same flags.',
    },
  ],
  questions: {},
  plan,
  fitsAnyApp: true,
  completes: true,
};

export default mitigation;

function* plan(context: PlanContext): Iterable<Change> {
  yield* overlay('cookies', context);
  yield* startupCheck(context, 'cookies', 20);
  yield* always;
  if (!context.app) yield* inNewApp;
}

const always: readonly Change[] = [
  setting(['base', 'SESSION_COOKIE_SECURE'], 'False', 'development speaks plain HTTP; production insists'),
  setting(['base', 'SESSION_COOKIE_HTTPONLY'], 'True', 'no script reads it'),
  setting(['base', 'SESSION_COOKIE_SAMESITE'], '"Lax"', 'explicit: browsers differ in what they assume'),
  setting(['production', 'SESSION_COOKIE_SECURE'], 'True', ''),
  register('cookies', 60, ''),
];

const inNewApp: readonly Change[] = [
  setting(['base', 'SESSION_COOKIE_NAME'], '"session"', ''),
  setting(
    ['production', 'SESSION_COOKIE_NAME'],
    '"__Host-session"',
    '__Host- makes browsers insist on Secure, Path=/ and no Domain; see security/cookies.py.',
  ),
  setting(['production', 'SESSION_COOKIE_PATH'], '"/"', ''),
  setting(['production', 'SESSION_COOKIE_DOMAIN'], 'None', ''),
  entry(
    'security.table',
    '| cookie attributes | cookies read by scripts, sent in the clear, planted by a sibling domain | `security/cookies.py` | `test_cookies.py` |',
    30,
  ),
];
