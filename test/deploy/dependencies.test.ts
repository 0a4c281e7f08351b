import { describe, expect, it } from 'vitest';
import { developmentPackage, productionPackage, runtimePackage } from '../../src/changes.ts';
import { withPackages } from '../support/dependencies.ts';

const csrf = [runtimePackage('flask-wtf', '>=1.3,<2')];
const redis = [runtimePackage('redis', '', { extras: ['hiredis'], marker: "sys_platform != 'win32'" })];

/** Each file as it is and as it becomes; nothing else changes. */
const lists: readonly (readonly [name: string, path: string, before: string, after: string])[] = [
  ['a range', 'requirements.txt', 'flask\n', 'flask\nflask-wtf>=1.2,<2\n'],
  ['exact versions', 'requirements.txt', 'flask==3.0.0\n', 'flask==3.0.0\nflask-wtf==1.2.2\n'],
  ['no final line end', 'requirements.txt', 'Flask>=3', 'Flask>=3\nFlask-WTF>=1.2,<2'],
  ['Windows line ends', 'requirements.txt', 'flask\r\n', 'flask\r\nflask-wtf>=1.2,<2\r\n'],
  [
    'the order of the alphabet',
    'requirements.txt',
    'click==8.1\nFlask==3.0.0\nitsdangerous==2.1\nWerkzeug==3.0\n',
    'click==8.1\nFlask==3.0.0\nFlask-WTF==1.2.2\nitsdangerous==2.1\nWerkzeug==3.0\n',
  ],
  [
    'an array on lines',
    'pyproject.toml',
    "[project]\ndependencies = [\n  'flask', # web\n  'x[a,b]>=1', # [1]\n]\n",
    "[project]\ndependencies = [\n  'flask', # web\n  'x[a,b]>=1', # [1]\n  'Flask-WTF>=1.2,<2',\n]\n",
  ],
  [
    'no comma behind the last item',
    'pyproject.toml',
    '[project]\ndependencies = [\n\t"flask"\n]\n',
    '[project]\ndependencies = [\n\t"flask",\n\t"Flask-WTF>=1.2,<2"\n]\n',
  ],
  [
    'an array on one line',
    'pyproject.toml',
    '[project]\ndependencies = ["flask"]\n[tool.x]\ny = 1\n',
    '[project]\ndependencies = ["flask", "Flask-WTF>=1.2,<2"]\n[tool.x]\ny = 1\n',
  ],
  [
    'an empty array',
    'pyproject.toml',
    '[project]\ndependencies = []\n',
    '[project]\ndependencies = [\n    "Flask-WTF>=1.2,<2",\n]\n',
  ],
  [
    'a dotted key',
    'pyproject.toml',
    'project.name = "a"\nproject.dependencies = ["flask"]\n',
    'project.name = "a"\nproject.dependencies = ["flask", "Flask-WTF>=1.2,<2"]\n',
  ],
  [
    'no array at all',
    'pyproject.toml',
    '[project]\nname = "a"\r\n\r\n[tool.x]\r\ny = 1\r\n',
    '[project]\nname = "a"\r\ndependencies = [\r\n    "Flask-WTF>=1.2,<2",\r\n]\r\n\r\n[tool.x]\r\ny = 1\r\n',
  ],
  [
    'Poetry',
    'pyproject.toml',
    '[tool.poetry.dependencies]\npython = "^3.10"\nflask = "^3.0"\n\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n',
    '[tool.poetry.dependencies]\npython = "^3.10"\nflask = "^3.0"\nFlask-WTF = "^1.2"\n\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n',
  ],
  [
    'exact versions of Poetry',
    'pyproject.toml',
    '[tool.poetry.dependencies]\npython = "3.12"\nflask = {version = "3.0.0", extras = ["async"]}\n',
    '[tool.poetry.dependencies]\npython = "3.12"\nflask = {version = "3.0.0", extras = ["async"]}\nFlask-WTF = "1.3.0"\n',
  ],
  [
    'a Pipfile',
    'Pipfile',
    '[packages]\nflask = "*"\n\n[dev-packages]\n',
    '[packages]\nflask = "*"\nFlask-WTF = ">=1.2,<2"\n\n[dev-packages]\n',
  ],
  [
    'setup.cfg',
    'setup.cfg',
    '[options]\ninstall_requires =\n  flask\n  click>=8\n\n[options.extras_require]\ntest = pytest\n',
    '[options]\ninstall_requires =\n  flask\n  click>=8\n  Flask-WTF>=1.2,<2\n\n[options.extras_require]\ntest = pytest\n',
  ],
  [
    'setup.py',
    'setup.py',
    "from setuptools import setup\nsetup(\n    name='a',\n    install_requires=[\n        'flask',  # [web]\n    ],\n)\n",
    "from setuptools import setup\nsetup(\n    name='a',\n    install_requires=[\n        'flask',  # [web]\n        'Flask-WTF>=1.2,<2',\n    ],\n)\n",
  ],
  [
    'a variable of setup.py',
    'setup.py',
    'requires = ["flask"]\nsetup(install_requires=requires)\n',
    'requires = ["flask", "Flask-WTF>=1.2,<2"]\nsetup(install_requires=requires)\n',
  ],
];

describe('adding a package to a list of dependencies', () => {
  it.each(lists)('keeps the style of %s', async (...[, path, before, after]) => {
    const { files, byHand } = await withPackages({ [path]: before }, csrf);
    expect(files).toEqual({ [path]: after });
    expect(byHand).toEqual([]);
  });

  it.each(lists)('finds nothing to add the second time to %s', async (...[, path, , after]) => {
    expect(await withPackages({ [path]: after }, csrf)).toMatchObject({ files: {}, byHand: [], notes: [] });
  });

  it.each(['Flask_WTF==1.2', 'flask.wtf', 'FLASK-WTF[email]>=1 ; python_version > "3"'])(
    'knows %s for the same package',
    async (line) => {
      expect((await withPackages({ 'requirements.txt': `flask\n${line}\n` }, csrf)).files).toEqual({});
    },
  );

  it('writes extras and markers as each tool does', async () => {
    const text = async (path: string, before: string) => (await withPackages({ [path]: before }, redis)).files[path];
    expect(await text('requirements.txt', 'flask\n')).toBe(
      "flask\nredis[hiredis]>=5.0.3,<9; sys_platform != 'win32'\n",
    );
    expect(await text('pyproject.toml', "[project]\ndependencies = ['flask']\n")).toBe(
      `[project]\ndependencies = ['flask', "redis[hiredis]>=5.0.3,<9; sys_platform != 'win32'"]\n`,
    );
    expect(await text('Pipfile', '[packages]\nflask = "*"\n')).toBe(
      `[packages]\nflask = "*"\nredis = {version = ">=5.0.3,<9", extras = ["hiredis"], markers = "sys_platform != 'win32'"}\n`,
    );
  });
});

describe('the list that a project really uses', () => {
  it('is the one behind -r that names Flask', async () => {
    const { files } = await withPackages(
      {
        'requirements.txt': '-r requirements/prod.txt\n',
        'requirements/common.txt': 'Flask==3.0.0\n',
        'requirements/prod.txt': '-r common.txt\npsycopg2==2.9\n',
        'requirements/dev.txt': '-r common.txt\npytest==8.0\n',
      },
      [...csrf, productionPackage('gunicorn', '>=27'), developmentPackage('bandit', '>=1.8')],
    );
    expect(files).toEqual({
      'requirements/common.txt': 'Flask==3.0.0\nFlask-WTF==1.2.2\n',
      'requirements/prod.txt': '-r common.txt\npsycopg2==2.9\ngunicorn==23.0.0\n',
      'requirements/dev.txt': '-r common.txt\npytest==8.0\nbandit>=1.8\n',
    });
  });

  it('is every one that names Flask on its own', async () => {
    const { files } = await withPackages(
      { 'requirements.txt': 'flask==3.0.0\n', 'setup.py': 'setup(install_requires=["flask"])\n' },
      csrf,
    );
    expect(Object.keys(files).sort()).toEqual(['requirements.txt', 'setup.py']);
  });

  it('is the source of a compiled one, whose command is said', async () => {
    const head = '#\n# This file is autogenerated by pip-compile with Python 3.11\n# by the following command:\n#\n';
    const { files, notes } = await withPackages(
      {
        'requirements.in': 'flask\n',
        'requirements.txt': `${head}#    pip-compile --strip-extras requirements.in\n#\nflask==3.0.0\n    # via -r requirements.in\n`,
      },
      csrf,
    );
    expect(files).toEqual({ 'requirements.in': 'flask\nflask-wtf>=1.2,<2\n' });
    expect(notes).toEqual([
      'Install the new packages with `pip-compile --strip-extras requirements.in`, `pip install -r requirements.txt`: Flask-WTF>=1.2,<2',
    ]);
  });

  it.each([
    [
      'pip-compile --output-file=/home/joe/shop/requirements.txt /home/joe/shop/requirements.in',
      'pip-compile --output-file=requirements.txt requirements.in',
    ],
    ["pip-compile '.\\requirements.in'", 'pip-compile requirements.in'],
    ['pip-compile --cache-dir=/tmp/a /home/joe/requirements.in', 'pip-compile -o requirements.txt requirements.in'],
    [
      'uv pip compile C:\\shop\\requirements.in -o C:\\shop\\requirements.txt',
      'uv pip compile requirements.in -o requirements.txt',
    ],
  ])('is compiled by %s on another machine', async (command, said) => {
    const { notes } = await withPackages(
      {
        'requirements.in': 'flask\n',
        'requirements.txt': `# autogenerated by pip-compile\n#    ${command}\nflask==3.0.0\n`,
      },
      csrf,
    );
    expect(notes).toEqual([
      `Install the new packages with \`${said}\`, \`pip install -r requirements.txt\`: Flask-WTF>=1.2,<2`,
    ]);
  });

  it('is pyproject.toml where uv compiles the other from it', async () => {
    const compiled =
      '# This file was autogenerated by uv via the following command:\n#    uv pip compile pyproject.toml -o requirements.txt\nflask==3.0.0\n';
    const { files, notes } = await withPackages(
      { 'pyproject.toml': '[project]\ndependencies = ["flask"]\n', 'requirements.txt': compiled },
      csrf,
    );
    expect(Object.keys(files)).toEqual(['pyproject.toml']);
    expect(notes.join()).toContain('`uv pip compile pyproject.toml -o requirements.txt`');
  });

  it('is where dynamic dependencies come from', async () => {
    const { files } = await withPackages(
      {
        'pyproject.toml':
          '[project]\nname = "a"\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = {file = ["requirements.txt"]}\n',
        'requirements.txt': 'flask\n',
      },
      csrf,
    );
    expect(Object.keys(files)).toEqual(['requirements.txt']);
  });

  it('is not one for the documentation, nor a list of constraints', async () => {
    const { files } = await withPackages(
      { 'requirements.txt': 'flask\n', 'docs/requirements.txt': 'flask\n', 'constraints.txt': 'flask==3.0.0\n' },
      csrf,
    );
    expect(Object.keys(files)).toEqual(['requirements.txt']);
  });

  it('stays UTF-16 where PowerShell wrote it', async () => {
    const bytes = Buffer.from('\ufeffFlask==3.0.0\r\n', 'utf16le');
    const { files } = await withPackages({ 'requirements.txt': bytes }, csrf);
    expect(files).toEqual({ 'requirements.txt': '\ufeffFlask==3.0.0\r\nFlask-WTF==1.2.2\r\n' });
  });

  it.each([
    ['no list', {}],
    ['a list that is computed', { 'setup.py': 'setup(install_requires=read("requirements"))\n' }],
    ['hashes whose source is not there', { 'requirements.txt': 'flask==3.0.0 \\\n    --hash=sha256:00\n' }],
    ['TOML that is none', { 'pyproject.toml': '[project]\ndependencies = ["flask"\n' }],
  ])('is for a person to find where there is %s', async (_, files) => {
    const { files: changed, byHand } = await withPackages(files as Record<string, string>, csrf);
    expect(changed).toEqual({});
    expect(byHand).toMatchObject([{ kind: 'by-hand', snippet: 'Flask-WTF>=1.2,<2' }]);
  });
});
