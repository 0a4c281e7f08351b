import type { Story } from '../support/story.ts';

/** Both sides change one file of a format that has entries of its own: what a merge by lines would call a conflict. */
function merges(name: string, path: string, texts: { old: string; mine: string; next: string; after: string }): Story {
  const { old, mine, next, after } = texts;
  return {
    name,
    old: { [path]: old },
    mine: { [path]: mine },
    next: { [path]: next },
    states: { [path]: 'merged' },
    after: { [path]: after },
  };
}

/** Stories in which entries meet that a merge by lines cannot tell apart. */
export const formats: readonly Story[] = [
  merges('both add a requirement at the end', 'requirements.txt', {
    old: 'flask==3.1.0\n',
    mine: 'flask==3.1.0\nrequests==2.32.0\n',
    next: 'flask==3.1.0\nredis==6.0.0\n',
    after: 'flask==3.1.0\nredis==6.0.0\nrequests==2.32.0\n',
  }),
  merges('the user adds a requirement where Dewar raises one', 'requirements.txt', {
    old: 'flask==3.1.0 \\\n    --hash=sha256:aa\njinja2==3.1.0\n',
    mine: 'flask==3.1.0 \\\n    --hash=sha256:aa\nhttpx==0.28.0\njinja2==3.1.0\n',
    next: 'flask==3.1.3 \\\n    --hash=sha256:bb\njinja2==3.1.0\n',
    after: 'flask==3.1.3 \\\n    --hash=sha256:bb\nhttpx==0.28.0\njinja2==3.1.0\n',
  }),
  merges('both add to one list of a TOML file', 'pyproject.toml', {
    old: '[project]\nname = "acme"\ndependencies = [\n    "flask>=3",\n]\n',
    mine: '[project]\nname = "acme"\ndependencies = [\n    "flask>=3",\n    "requests>=2",\n]\n',
    next: '[project]\nname = "acme"\ndependencies = [\n    "flask>=3",\n    "redis>=6",\n]\n',
    after: '[project]\nname = "acme"\ndependencies = [\n    "flask>=3",\n    "redis>=6",\n    "requests>=2",\n]\n',
  }),
  merges('both add to a list on one line', 'ruff.toml', {
    old: 'select = ["E", "F"]\n',
    mine: 'select = ["E", "F", "I"]\n',
    next: 'select = ["E", "F", "S"]\n',
    after: 'select = ["E", "F", "S", "I"]\n',
  }),
  merges('both add a table at the end of a TOML file', 'pyproject.toml', {
    old: '[project]\nname = "acme"\n',
    mine: '[project]\nname = "acme"\n\n[tool.mine]\na = 1\n',
    next: '[project]\nname = "acme"\n\n[tool.next]\nb = 2\n',
    after: '[project]\nname = "acme"\n\n[tool.next]\nb = 2\n\n[tool.mine]\na = 1\n',
  }),
  merges('both add a table of one name, with other entries', 'pyproject.toml', {
    old: '[project]\nname = "acme"\n',
    mine: '[project]\nname = "acme"\n\n[tool.ruff]\nline-length = 120\n',
    next: '[project]\nname = "acme"\n\n[tool.ruff]\ntarget-version = "py311"\n',
    after: '[project]\nname = "acme"\n\n[tool.ruff]\ntarget-version = "py311"\nline-length = 120\n',
  }),
  merges('both change neighbouring entries of a table', 'pyproject.toml', {
    old: '[tool.x]\na = 1\nb = 2\n',
    mine: '[tool.x]\na = 10\nb = 2\n',
    next: '[tool.x]\na = 1\nb = 20\n',
    after: '[tool.x]\na = 10\nb = 20\n',
  }),
  merges('the last item of a list has no comma', 'pyproject.toml', {
    old: '[p]\nd = [\n    "flask"\n]\n',
    mine: '[p]\nd = [\n    "flask",\n    "requests"\n]\n',
    next: '[p]\nd = [\n    "flask",\n    "redis"\n]\n',
    after: '[p]\nd = [\n    "flask",\n    "redis",\n    "requests",\n]\n',
  }),
  merges('both add a service to a compose file', 'compose.yaml', {
    old: 'services:\n  web:\n    image: acme\n',
    mine: 'services:\n  web:\n    image: acme\n  mail:\n    image: mailpit\n',
    next: 'services:\n  web:\n    image: acme\n  redis:\n    image: redis:7\n',
    after: 'services:\n  web:\n    image: acme\n  redis:\n    image: redis:7\n  mail:\n    image: mailpit\n',
  }),
  merges('both add a step to a workflow', '.github/workflows/ci.yml', {
    old: 'jobs:\n  test:\n    steps:\n      - uses: actions/checkout@aaa # v4\n      - run: pytest\n',
    mine: 'jobs:\n  test:\n    steps:\n      - uses: actions/checkout@aaa # v4\n      - run: pytest\n      - run: make docs\n',
    next: 'jobs:\n  test:\n    steps:\n      - uses: actions/checkout@bbb # v5\n      - run: pytest\n      - run: pip-audit\n',
    after:
      'jobs:\n  test:\n    steps:\n      - uses: actions/checkout@bbb # v5\n      - run: pytest\n      - run: pip-audit\n      - run: make docs\n',
  }),
  merges('both add a variable', '.env.example', {
    old: 'APP_ENV=production\n',
    mine: 'APP_ENV=production\n# Where mail goes.\nMAIL_URL=smtp://localhost\n',
    next: 'APP_ENV=production\n# Where sessions are.\nREDIS_URL=redis://localhost\n',
    after:
      'APP_ENV=production\n# Where sessions are.\nREDIS_URL=redis://localhost\n# Where mail goes.\nMAIL_URL=smtp://localhost\n',
  }),
  merges('both change neighbouring entries of an INI file', 'setup.cfg', {
    old: '[flake8]\nmax-line-length = 100\nexclude = .venv\n',
    mine: '[flake8]\nmax-line-length = 120\nexclude = .venv\n',
    next: '[flake8]\nmax-line-length = 100\nexclude = .venv,build\n',
    after: '[flake8]\nmax-line-length = 120\nexclude = .venv,build\n',
  }),
  merges('both add to a unit of systemd that repeats a key', 'deploy/acme.service', {
    old: '[Service]\nExecStartPre=/a\nExecStartPre=/b\n',
    mine: '[Service]\nExecStartPre=/a\nExecStartPre=/b\nNice=5\n',
    next: '[Service]\nExecStartPre=/a\nExecStartPre=/b\nPrivateTmp=yes\n',
    after: '[Service]\nExecStartPre=/a\nExecStartPre=/b\nPrivateTmp=yes\nNice=5\n',
  }),
  merges('both add a line to .gitignore', '.gitignore', {
    old: '.env\n',
    mine: '.env\n/mine/\n',
    next: '.env\n/next/\n',
    after: '.env\n/next/\n/mine/\n',
  }),
];
