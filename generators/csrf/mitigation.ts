import { entry, register, runtimePackage } from '../../src/changes.ts';
import type { Change, Mitigation, PlanContext } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';

const mitigation: Mitigation = {
  id: 'csrf',
  title: 'CSRF protection for every form and fetch',
  weaknesses: ['CWE-352'],
  asvs: ['3.5.1', '3.5.3', '3.5.8'],
  threats: [
    {
      name: 'Cross-site request forgery',
      severity: 'high',
      prevented:
        'Each request that changes state must carry a token bound to the session, in a form field or a header.',
    },
    {
      name: 'Login CSRF',
      severity: 'medium',
      prevented: 'The sign-in form carries a token too.',
    },
    {
      name: 'A new route is forgotten',
      severity: 'medium',
      prevented: "The app's own test posts without a token to every route of the URL map.",
    },
  ],
  questions: {},
  plan,
  fitsAnyApp: true,
  completes: 'always',
  // A token is signed with the key of the app, and lies in the cookie of a session.
  besides: ['secret-key', 'cookies'],
};

export default mitigation;

function* plan(context: PlanContext): Iterable<Change> {
  // An app that exists may have a check of its own: its wiring decides what it gets.
  if (context.app) return;
  yield* overlay('csrf', context);
  yield* always;
}

const always: readonly Change[] = [
  runtimePackage('flask-wtf', '>=1.3,<2'),
  {
    ...register('csrf', 50, 'after sessions: the token lies in the session'),
    instance: { module: 'flask_wtf.csrf', name: 'CSRFProtect', as: 'csrf' },
  },
  entry('app.imports', 'from . import expired_forms', 10),
  entry('app.errors', 'expired_forms.init_app(app)', 20),
  entry('main.form', '<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">', 10),
  entry(
    'security.table',
    '| CSRF tokens | requests that another site makes a visitor send | `security/csrf.py` | `test_csrf.py` |',
    20,
  ),
  entry('api.token', `const token = document.querySelector('meta[name="csrf-token"]').content;`, 10),
  entry('api.header', '"X-CSRFToken": token,', 10),
  entry(
    'api.head',
    `{# Only on pages with a script that needs it: the token starts a session. #}
{{ csrf_meta_tag() }}`,
    10,
  ),
  entry('account.form', '<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">', 10),
  entry('sign_in.form', '<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">', 10),
  entry('api.imports', 'import re', 10),
  entry(
    'tests.greet',
    `page = client.get("/api/").text
headers["X-CSRFToken"] = re.findall(r'name="csrf-token" content="([^"]+)"', page)[0]`,
    10,
  ),
];
