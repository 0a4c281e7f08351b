import { entry, register, runtimePackage, setting } from '../../src/changes.ts';
import type { Change, Mitigation, PlanContext } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';

const mitigation: Mitigation = {
  id: 'headers',
  title: 'Talisman: strict CSP, HSTS and cross-origin isolation',
  weaknesses: ['CWE-693', 'CWE-1021', 'CWE-79'],
  asvs: ['3.4.1', '3.4.3', '3.4.4', '3.4.5', '3.4.6', '3.4.8'],
  threats: [
    {
      name: 'Injected script runs',
      severity: 'high',
      prevented:
        'The Content-Security-Policy allows only own scripts with the nonce of this response, and Trusted Types.',
    },
    {
      name: 'Clickjacking',
      severity: 'medium',
      prevented: 'No other site may frame the app.',
    },
    {
      name: 'Downgrade to plain HTTP',
      severity: 'medium',
      prevented: 'HSTS for a year, and redirects to HTTPS.',
    },
    {
      name: 'Cross-origin reads and leaks',
      severity: 'medium',
      prevented: 'COOP, COEP, CORP, Referrer-Policy and Permissions-Policy close what the app does not use.',
    },
  ],
  questions: {},
  plan,
  fitsAnyApp: true,
  completes: true,
};

export default mitigation;

function* plan(context: PlanContext): Iterable<Change> {
  // These stand on what only a new app has: its pages, its log and its limits.
  yield* overlay('headers', context, [[/security\/(header_values|reports|sri)\.py$/, () => !context.app]]);
  yield* always;
  if (!context.app) yield* inNewApp;
}

const always: readonly Change[] = [
  runtimePackage('flask-talisman', '>=1.1,<2'),
  setting(['base', 'FORCE_HTTPS'], 'False', 'development speaks plain HTTP; production insists'),
  setting(['production', 'FORCE_HTTPS'], 'True', 'plain HTTP is answered with a redirect'),
  register('headers', 30, 'before everything that may refuse: a refusal carries them too'),
];

const inNewApp: readonly Change[] = [
  entry('base.style', `integrity="{{ sri('css/app.css') }}"`, 10),
  entry('base.script', `nonce="{{ csp_nonce() }}" integrity="{{ sri('js/app.js') }}"`, 10),
  setting(
    ['base', 'HSTS_SCOPE'],
    '"host"',
    'HSTS: or "subdomains", or "preload"; a proxy that sends it too must say the same',
  ),
  entry(
    'csrf.exemptions',
    '"browser_reports": "browsers send reports without a token; one only writes a line to the log",',
  ),
  entry(
    'security.table',
    '| headers | injected scripts, framing, downgrade to HTTP | `security/headers.py` | `test_headers.py` |',
    120,
  ),
  entry('api.script', `nonce="{{ csp_nonce() }}" integrity="{{ sri('js/api.js') }}"`, 10),
];
