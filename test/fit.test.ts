import { describe, expect, it } from 'vitest';
import { runtimePackage } from '../src/changes.ts';
import { readDependencyFiles } from '../src/deploy/dependencies.ts';
import { readApp } from '../src/flask/read.ts';
import { fitted, unfit } from '../src/plan/fit.ts';
import { type Platform, platformOf, readableRange } from '../src/plan/platform.ts';
import { releases } from '../src/plan/releases.ts';
import { admits } from '../src/plan/versions.ts';
import { tree } from './support/tree.ts';

async function platform(files: Record<string, string>): Promise<Platform> {
  const app = await readApp(tree({ 'app.py': 'from flask import Flask\n\napp = Flask(__name__)\n', ...files }));
  return platformOf(app, readDependencyFiles(app.root, app.files, 'app.py'));
}

describe('what an app runs on', () => {
  it.each([
    ['Dockerfile', 'FROM python:3.9-slim\nCMD ["gunicorn", "app:app"]\n', '3.9'],
    ['runtime.txt', 'python-3.8.18\n', '3.8'],
    ['.python-version', '3.10.4\n', '3.10'],
    ['Pipfile', '[packages]\nflask = "*"\n[requires]\npython_version = "3.11"\n', '3.11'],
    ['pyproject.toml', '[project]\nrequires-python = ">=3.8.1,<4"\n', '3.8'],
    ['pyproject.toml', '[tool.poetry.dependencies]\npython = "^3.9"\n', '3.9'],
    ['setup.py', 'setup(python_requires=">3.7")\n', '3.7'],
    ['setup.cfg', '[options]\npython_requires = >=3.9\n', '3.9'],
  ])('is read from %s', async (path, text, python) => {
    expect((await platform({ [path]: text })).python).toMatchObject({ version: python, where: path });
  });

  it.each([
    ['requirements.txt', 'flask==2.2.5\n', '2.2.5'],
    ['requirements.txt', 'Flask<2.3\n', '2.2.99'],
    ['requirements.txt', 'flask~=2.2.0\n', '2.2.99'],
    ['pyproject.toml', '[tool.poetry.dependencies]\nflask = "~2.1"\n', '2.1.99'],
    ['poetry.lock', '[[package]]\nname = "flask"\nversion = "2.0.3"\n', '2.0.3'],
    ['uv.lock', '[[package]]\nname = "flask"\nversion = "3.0.3"\nsource = { registry = "" }\n', '3.0.3'],
    [
      'Pipfile.lock',
      '{\n    "default": {\n        "flask": {\n            "version": "==1.1.4"\n        }\n    }\n}\n',
      '1.1.4',
    ],
  ])('has the Flask of %s', async (path, text, flask) => {
    expect((await platform({ [path]: text })).version('flask')).toEqual({ version: flask, where: path });
  });

  it('is not known where a range is open or nothing is said', async () => {
    expect((await platform({ 'requirements.txt': 'flask>=2\n' })).version('flask')).toBeUndefined();
    expect((await platform({})).python).toBeUndefined();
  });
});

describe('a range of Poetry or PEP 440', () => {
  it.each([
    ['^1.2.3', '>=1.2.3,<2'],
    ['^0.3', '>=0.3,<0.4'],
    ['~2.2', '>=2.2,<2.3'],
    ['~=2.2.1', '>=2.2.1,<2.3'],
    ['2.2.*', '>=2.2,<2.3'],
    ['== 3.0.0', '==3.0.0'],
    ['>=3.8,<4.0', '>=3.8,<4.0'],
    ['*', ''],
    ['3.0.dev1 || nothing', undefined],
  ])('reads %s as %s', (range, clauses) => {
    expect(readableRange(range)).toBe(clauses);
  });
});

describe('a package for an app', () => {
  it.each([
    ['python-3.8.1', '1.2.1'],
    ['python-3.9', '1.2.2'],
    ['python-3.12.0', '1.3.0'],
  ])('is pinned to what runs on %s', async (runtime, pin) => {
    expect(fitted(runtimePackage('flask-wtf', ''), await platform({ 'runtime.txt': runtime })).pin).toBe(pin);
  });

  it('is in its own range with every pin', () => {
    for (const { name, range, pins, oldest } of Object.values(releases)) {
      for (const [version] of pins) expect([name, version, admits(range, version)]).toEqual([name, version, true]);
      if (oldest !== undefined)
        expect([name, pins.every(([version]) => admits(`>=${oldest}`, version))]).toEqual([name, true]);
      expect([name, pins.at(-1)?.[1]]).toEqual([name, '3.8']);
    }
  });
});

describe('an app that is too old', () => {
  const contributions = [
    { from: 'csrf', change: runtimePackage('flask-wtf', '>=1.3,<2') },
    { from: 'sessions', change: runtimePackage('redis', '>=6') },
  ];
  const refusals = async (files: Record<string, string>) =>
    unfit(['csrf', 'sessions'], contributions, await platform(files)).map(({ from, what }) => ({ from, what }));

  it('loses the mitigation whose package does not work there, once', async () => {
    expect(await refusals({ 'requirements.txt': 'flask==2.2.5\nredis==3.5.3\n' })).toEqual([
      {
        from: 'sessions',
        what: 'sessions was not added: the app has redis 3.5.3 (requirements.txt), and this needs 5.0 or newer.',
      },
    ]);
  });

  it.each([
    ['requirements.txt', 'flask==1.1.4\n', 'Flask 1.1.4 (requirements.txt), and this needs 2.0'],
    ['requirements.txt', 'flask<2.0\n', 'Flask 1.1 (requirements.txt), and this needs 2.0'],
    ['requirements.txt', 'flask\nwerkzeug==1.0.1\n', 'Werkzeug 1.0.1 (requirements.txt), and this needs 2.0'],
    ['Dockerfile', 'FROM python:3.7\n', 'Python 3.7 (Dockerfile), and this needs 3.8'],
  ])('gets no code from %s with %j', async (path, text, reason) => {
    const whats = (await refusals({ [path]: text })).map(({ what }) => what);
    expect(whats).toEqual(['csrf', 'sessions'].map((id) => `${id} was not added: the app has ${reason} or newer.`));
  });

  it('is not one whose oldest allowed Python is old', async () => {
    expect(await refusals({ 'setup.py': 'setup(python_requires=">=3.6", install_requires=["flask"])\n' })).toEqual([]);
  });
});
