import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../src/catalog.ts';
import { addMitigations } from '../src/commands/add.ts';
import { auditProject } from '../src/commands/audit.ts';
import { environment } from './support/python.ts';
import { filesOf } from './support/snapshot.ts';
import { tree } from './support/tree.ts';

const options = { onConflict: 'fail', dryRun: false, diff: false } as const;
const app =
  'import os\nfrom flask import Flask\n\napp = Flask(__name__)\nKEY = os.environ["API_KEY"]\n\n\n@app.get("/")\ndef home():\n    from flask import request\n    return request.environ["HTTP_REFERER"]\n';

async function added(files: Record<string, string>, answers: Record<string, string> = {}) {
  const root = tree({ 'app.py': app, 'requirements.txt': 'flask\n', ...files });
  const { byHand } = await addMitigations(catalog, { root, ids: ['ci'], answers, ...options });
  return { root, byHand, after: filesOf(root) as Record<string, string> };
}

describe('the gate of an app that exists', () => {
  let python: string;
  beforeAll(() => {
    python = join(environment(['flask==2.2.5', 'werkzeug==2.2.3']), 'python');
  }, 300_000);

  function gate(root: string, variables: Record<string, string> = { API_KEY: 'x' }) {
    const env = { PATH: process.env['PATH'] ?? '', ...variables };
    const { status, stderr } = spawnSync(python, ['scripts/debug_gate.py'], { cwd: root, env, encoding: 'utf8' });
    return { status, stderr };
  }

  it('lets the app pass, and what is for development and tests', async () => {
    const { root } = await added({
      'config.py': 'class DevelopmentConfig:\n    def init(app):\n        app.debug = True\n',
      'dev.py': 'from app import app\napp.run(debug=True)\n',
      'tests/test_app.py': 'from app import app\napp.debug = True\n',
      'local.py': 'app.config["DEBUG"] = True\n',
      'run.py':
        'import os\nfrom app import app\nif os.environ.get("APP_ENV") == "development":\n    app.run(debug=True)\n',
    });
    expect(gate(root)).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    'app.run(debug=True)',
    'app.debug = True',
    'app.config["DEBUG"] = True',
    'run_simple("localhost", 5000, app, use_debugger=True)'.replace('run_simple', 'serving.run_simple'),
  ])('finds %s', async (line) => {
    const { root } = await added({ 'serve.py': `from app import app\n${line}\n` });
    expect(gate(root)).toMatchObject({ status: 1, stderr: expect.stringContaining('serve.py:2: debugging') });
  });

  it('finds an app that is in debug once it runs, however that came about', async () => {
    const { root } = await added({ 'app.py': `${app}vars(app)["x"] = setattr(app, "de" + "bug", 1 == 1)\n` });
    expect(gate(root)).toMatchObject({ status: 1, stderr: expect.stringContaining('on: debug') });
  });

  it('wants what the other mitigations promise: production that refuses to serve in debug', async () => {
    const root = tree({ 'app.py': app, 'requirements.txt': 'flask\n' });
    await addMitigations(catalog, { root, ids: ['ci', 'debug'], answers: {}, ...options });
    expect(gate(root)).toEqual({ status: 0, stderr: '' });
    const list = join(root, 'security/__init__.py');
    writeFileSync(list, readFileSync(list, 'utf8').replace(/^ +startup\.init_app\(app\).*\n/m, ''));
    expect(gate(root)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('production serves with code:debug'),
    });
  });

  it('says what is missing where the app does not start', async () => {
    const { root } = await added({});
    expect(gate(root, {})).toMatchObject({ status: 1, stderr: expect.stringContaining("KeyError: 'API_KEY'") });
  });
});

describe('the pipeline of an app that exists', () => {
  it('gets a workflow beside the others, with few rights, pinned actions and what the app insists on', async () => {
    const own = 'on: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n';
    const { root, after, byHand } = await added({ '.github/workflows/ci.yml': own, 'runtime.txt': 'python-3.11.4\n' });
    expect(after['.github/workflows/ci.yml']).toBe(own);
    const text = after['.github/workflows/security.yml'] ?? '';
    const workflow = parse(text) as { permissions: unknown; jobs: Record<string, { env?: unknown }> };
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(workflow.jobs['debug-gate']?.env).toEqual({ API_KEY: 'for-the-gate-only' });
    expect(text.match(/uses: \S+/g)?.every((use) => /@[0-9a-f]{40}$/.test(use))).toBe(true);
    expect(text).toContain('python-version: "3.11"');
    expect(text).toContain('- run: pip install -r requirements.txt\n      - run: python scripts/debug_gate.py\n');
    expect(byHand).toEqual([]);
    const { data } = await auditProject(catalog, { root });
    const rows = data['mitigations'] as { id: string; state: string; missing: unknown[] }[];
    expect(rows.find(({ id }) => id === 'ci')).toMatchObject({ state: 'implemented', missing: [] });
  });

  it.each([
    ['uv.lock', '', 'uv run --no-sync python scripts/debug_gate.py'],
    ['poetry.lock', '', 'poetry run python scripts/debug_gate.py'],
    ['Pipfile', '[packages]\nflask = "*"\n', 'pipenv run python scripts/debug_gate.py'],
  ])('uses the tool of %s', async (path, text, command) => {
    const { after } = await added({ [path]: text });
    expect(after['.github/workflows/security.yml']).toContain(`- run: ${command}\n`);
  });

  it('of GitLab takes the job in, and keeps every other byte', async () => {
    const own = 'test:\r\n  script: [pytest]\r\n';
    const { after, byHand, root } = await added({ '.gitlab-ci.yml': own });
    expect(after['.gitlab-ci.yml']).toBe(`${own}\r\ninclude:\r\n  - local: .gitlab/security.yml\r\n`);
    expect(Object.keys(after)).not.toContain('.github/workflows/security.yml');
    expect(parse(after['.gitlab/security.yml'] ?? '')).toMatchObject({
      'debug-gate': { script: ['pip install -r requirements.txt', 'python scripts/debug_gate.py'] },
    });
    expect(byHand).toEqual([]);
    await addMitigations(catalog, { root, ids: ['csrf'], answers: {}, ...options });
    expect((filesOf(root) as Record<string, string>)['.gitlab-ci.yml']).toBe(after['.gitlab-ci.yml']);
  });

  it('of GitLab that takes in something already is for a person', async () => {
    const own = 'include: other.yml\ntest:\n  script: [pytest]\n';
    const { after, byHand } = await added({ '.gitlab-ci.yml': own });
    expect(after['.gitlab-ci.yml']).toBe(own);
    expect(byHand).toMatchObject([{ place: { file: '.gitlab-ci.yml' }, snippet: '  - local: .gitlab/security.yml' }]);
  });

  it('of a larger repository is at its root, which is for a person', async () => {
    const root = tree({ '.git/HEAD': '', 'api/app.py': app, 'api/requirements.txt': 'flask\n' });
    // No real repository, which Git could not tell the state of.
    const options = { answers: {}, onConflict: 'fail', dryRun: false, diff: false, allowDirty: true } as const;
    const { byHand } = await addMitigations(catalog, { root: join(root, 'api'), ids: ['ci'], ...options });
    expect(byHand).toMatchObject([{ from: 'ci', snippet: expect.stringContaining('working-directory: api') }]);
  });

  it('keeps a file of its own that has the name of one of these', async () => {
    const { after, byHand } = await added({ 'scripts/debug_gate.py': 'print("mine")\n' });
    expect(after['scripts/debug_gate.py']).toBe('print("mine")\n');
    expect(byHand).toMatchObject([{ place: { file: 'scripts/debug_gate.py' } }]);
  });
});
