import { describe, expect, it } from 'vitest';
import type { DeployFacts } from '../../src/deploy/facts.ts';
import { readDeployment } from '../../src/deploy/read.ts';
import { sourceOf } from '../../src/source/text.ts';

const unread: string[] = [];

function facts(files: Readonly<Record<string, string>>): DeployFacts {
  unread.length = 0;
  return readDeployment({
    paths: Object.keys(files).sort(),
    read: (path) => (files[path] === undefined ? undefined : sourceOf(path, files[path])),
    unread: (file, why) => unread.push(`${file}: ${why}`),
  });
}

const site = 'location / {\n  proxy_pass http://app;\n}\n';

describe('variables', () => {
  it('come from images, compose files, dotenv, units and manifests, each with its line', () => {
    const { environment } = facts({
      Dockerfile: 'FROM python\nENV A=1 \\\n    B="two words"\nENV OLD value\n',
      'compose.yaml': 'services:\n  web:\n    environment:\n      - C=3\n    env_file: web.vars\n',
      'web.vars': 'D=4\n',
      '.env': "# note\nexport E='5'\n",
      '.flaskenv': 'FLASK_DEBUG=1\n',
      'a.service': '[Service]\nEnvironment=F=6 G=7\n',
      'k8s.yaml': 'apiVersion: v1\nkind: ConfigMap\ndata:\n  H: "8"\n',
    });
    const told = environment.map(({ name, value, file, line, role }) => `${name}=${value} ${file}:${line} ${role}`);
    expect(told.sort()).toEqual([
      'A=1 Dockerfile:2 production',
      'B=two words Dockerfile:3 production',
      'C=3 compose.yaml:4 production',
      'D=4 web.vars:1 production',
      'E=5 .env:2 production',
      'F=6 a.service:2 production',
      'FLASK_DEBUG=1 .flaskenv:1 development',
      'G=7 a.service:2 production',
      'H=8 k8s.yaml:4 production',
      'OLD=value Dockerfile:4 production',
    ]);
  });

  it('of examples and of development are told apart', () => {
    const { environment } = facts({ '.env.example': 'A=1', '.env.development': 'B=2', 'docs/.env': 'C=3' });
    expect(environment.map(({ name, role }) => [name, role])).toEqual([
      ['B', 'development'],
      ['A', 'docs'],
      ['C', 'docs'],
    ]);
  });
});

describe('packages', () => {
  it.each([
    [
      'requirements.txt',
      '# note\nFlask>=3 ; python_version > "3"\n-r more.txt\ngunicorn[gevent]==23.0\n',
      ['flask', 'gunicorn'],
    ],
    ['requirements/dev.txt', 'bandit\n', ['bandit dev']],
    [
      'pyproject.toml',
      '[project]\nname = "a"\ndependencies = [\n  "flask>=3", # why\n  "uwsgi[x]",\n]\n[dependency-groups]\ndev = ["ruff"]\n',
      ['flask', 'uwsgi', 'ruff dev'],
    ],
    [
      'pyproject.toml',
      '[tool.poetry.dependencies]\npython = "^3"\nflask = "^3"\nwaitress = {version = "^3"}\n',
      ['flask', 'waitress'],
    ],
    ['Pipfile', '[packages]\nflask = "*"\n[dev-packages]\npytest = "*"\n', ['flask', 'pytest dev']],
    ['setup.py', 'setup(install_requires=["flask", "Gunicorn>=20"])\n', ['flask', 'gunicorn']],
    ['setup.cfg', '[options]\ninstall_requires =\n    flask\n    gunicorn\n', ['flask', 'gunicorn']],
    ['uv.lock', '[[package]]\nname = "flask"\nversion = "3"\n', ['flask locked']],
    ['Dockerfile', 'FROM python\nRUN pip install --no-cache gunicorn==23 && echo done\n', ['gunicorn']],
  ])('of %s: %s', (path, text, expected) => {
    const told = facts({ [path]: text }).packages.map(
      ({ name, group, locked }) => `${name}${group === 'development' ? ' dev' : ''}${locked ? ' locked' : ''}`,
    );
    expect(told).toEqual(expected);
  });
});

describe('web servers', () => {
  it('of Nginx: TLS, redirects, headers by level, protocols, aliases and includes', () => {
    const { proxies } = facts({
      'nginx.conf': `http {
  ssl_protocols TLSv1.2;
  server {
    listen 80;
    return 301 https://$host$request_uri;
  }
  server {
    listen 443 ssl;
    include snippets/headers.conf;
    ${site}
    location /static {
      alias /srv/static/;
    }
    location /api {
      add_header Cache-Control no-store;
      proxy_pass http://app;
    }
  }
}
`,
      'snippets/headers.conf': 'add_header X-Frame-Options "DENY" always;\n',
    });
    expect(proxies).toHaveLength(2);
    expect(proxies[0]).toMatchObject({ tls: false, redirects: true, passes: false });
    expect(proxies[1]).toMatchObject({ line: 8, tls: true, passes: true, protocols: [{ value: 'TLSv1.2' }] });
    expect(proxies[1]?.headers.map(({ name, inner, file }) => [name, inner, file])).toEqual([
      ['x-frame-options', false, 'snippets/headers.conf'],
      ['cache-control', true, 'nginx.conf'],
    ]);
    expect(proxies[1]?.aliases).toMatchObject([{ location: '/static', folder: '/srv/static/' }]);
    expect(proxies[1]?.overridden).toHaveLength(1);
  });

  it('of Apache, Caddy, Traefik, HAProxy and an Ingress', () => {
    const { proxies } = facts({
      'site.conf':
        '<VirtualHost *:443>\n  SSLEngine on\n  ProxyPass / http://a/\n  Header always set X-Frame-Options DENY\n  SSLProtocol all -TLSv1\n</VirtualHost>\n',
      Caddyfile:
        'example.com {\n  reverse_proxy app:8000\n  header {\n    X-Frame-Options DENY\n  }\n}\n:80 {\n  reverse_proxy app:8000\n}\n',
      'compose.yaml': 'services:\n  web:\n    labels:\n      - traefik.http.routers.web.tls=true\n',
      'haproxy.cfg': 'frontend f\n  bind *:443 ssl crt a.pem\n  default_backend b\n',
      'ingress.yaml': 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec:\n  tls:\n    - hosts: [a]\n',
    });
    const told = proxies.map(({ kind, tls, passes, headers }) => [kind, tls, passes, headers.length]);
    expect(told.sort()).toEqual([
      ['apache', true, true, 1],
      ['caddy', false, true, 0],
      ['caddy', true, true, 1],
      ['haproxy', true, true, 0],
      ['ingress', true, true, 0],
      ['traefik', true, true, 0],
    ]);
    expect(proxies.find(({ kind }) => kind === 'apache')?.protocols.map(({ value }) => value)).toEqual([
      'TLSv1.1',
      'TLSv1.2',
    ]);
  });
});

describe('pipelines', () => {
  const workflow = (steps: string, on = 'push') => `on: ${on}\njobs:\n  a:\n    steps:\n${steps}`;

  it('say which commands run, and whether a failure stops them', () => {
    const steps =
      '      - run: |\n          pip install bandit\n          bandit -r . || true\n      - run: ruff check\n        continue-on-error: true\n      - uses: github/codeql-action/analyze@v3\n';
    const { ci } = facts({ '.github/workflows/ci.yml': workflow(steps) });
    expect(
      ci.map(({ line, blocking, active, uses, commands }) => [
        line,
        blocking,
        active,
        uses,
        commands.map(({ words, blocking: stops }) => `${words.join(' ')}${stops ? '' : ' (soft)'}`),
      ]),
    ).toEqual([
      [5, true, true, undefined, ['pip install bandit', 'bandit -r . (soft)', 'true']],
      [8, false, true, undefined, ['ruff check']],
      [10, true, true, 'github/codeql-action/analyze@v3', []],
    ]);
  });

  it('are inactive outside of their folder, and where they are only started by hand', () => {
    const step = '      - run: bandit -r .\n';
    const { ci } = facts({
      'old-workflows/a.yml': workflow(step),
      '.github/workflows/b.yml': workflow(step, 'workflow_dispatch'),
    });
    expect(ci.map(({ active }) => active)).toEqual([false, false]);
  });

  it('are followed into make, tox, pre-commit and scripts', () => {
    const { ci } = facts({
      '.gitlab-ci.yml':
        'lint:\n  script:\n    - make lint\n    - tox -e security\n    - pre-commit run --all-files\n    - ./scripts/check.sh\n',
      Makefile: 'lint: types\n\t@ruff check .\ntypes:\n\tmypy src\n',
      'tox.ini': '[testenv:security]\ncommands =\n    bandit -r src\n',
      '.pre-commit-config.yaml': 'repos:\n  - repo: a\n    hooks:\n      - id: flake8\n',
      'scripts/check.sh': '#!/bin/sh\nsemgrep scan\n',
    });
    const commands = ci.flatMap((step) => step.commands.map(({ words }) => words.join(' ').trim()));
    for (const command of ['mypy src', 'ruff check .', 'bandit -r src', 'flake8', 'semgrep scan'])
      expect(commands).toContain(command);
  });
});

describe('what cannot be understood', () => {
  it('is told, and everything else is read', () => {
    const { packages } = facts({ 'docker-compose.yml': 'services:\n  a: [\n', 'requirements.txt': 'flask\n' });
    expect(unread).toEqual([expect.stringContaining('docker-compose.yml: not valid YAML in line')]);
    expect(packages).toHaveLength(1);
  });

  it.each([
    ['Dockerfile', 'FROM\nCMD [\n\\'],
    ['nginx.conf', 'server { listen 443 ssl; location / { proxy_pass http://a'],
    ['Procfile', ':::\n'],
    ['a.service', '[Service]\nExecStart=\n'],
    ['compose.yaml', 'a: &a [*a]\nservices: {b: *a}\n'],
    ['.env', '=\n"\n'],
    ['Makefile', '\t\n'],
  ])('is no trouble: %s', (path, text) => {
    expect(() => facts({ [path]: text })).not.toThrow();
  });
});
