import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Exit } from '../../src/error.ts';
import { root } from '../support/imports.ts';
import { tree } from '../support/tree.ts';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const ours = `npx --yes --package generator-dewar@${version} dewar`;
const app = {
  'app.py':
    'from flask import Flask, session\napp = Flask(__name__)\n\n@app.post("/")\ndef save():\n    session["a"] = 1\n    return ""\n',
};

interface Step {
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A `npx` that runs this build instead of the published package, and refuses any other one. */
function fakeNpx(folder: string): void {
  const program = `#!/bin/sh\n[ "$1 $2 $3 $4" = '${ours.slice(4)}' ] || exit 99\nshift 4\nexec '${process.execPath}' '${join(root, 'dist/dewar.js')}' "$@"\n`;
  writeFileSync(join(folder, 'npx'), program);
  chmodSync(join(folder, 'npx'), 0o755);
}

describe.skipIf(process.platform === 'win32')('the GitHub Action', () => {
  const { runs, inputs } = parse(readFileSync(join(root, 'action.yml'), 'utf8'));
  const [step] = runs.steps as Step[];

  function runAction(given: Readonly<Record<string, string>>): { code: number; folder: string } {
    const folder = tree({ ...app, summary: '' });
    fakeNpx(folder);
    const values = Object.entries(step?.env ?? {}).map(([name, value]) => {
      const input = /inputs\.([\w-]+)/.exec(value)?.[1] ?? '';
      return [name, given[input] ?? inputs[input].default];
    });
    const env = {
      ...process.env,
      ...Object.fromEntries(values),
      GITHUB_STEP_SUMMARY: join(folder, 'summary'),
      PATH: `${folder}:${process.env['PATH']}`,
    };
    try {
      execFileSync('bash', ['-e', '-o', 'pipefail', '-c', step?.run ?? ''], { cwd: folder, env, stdio: 'ignore' });
      return { code: 0, folder };
    } catch (error) {
      return { code: (error as { status: number }).status, folder };
    }
  }

  it('fails by findings, and leaves SARIF and a summary either way', () => {
    for (const [failOn, expected] of [
      ['high', Exit.findings],
      ['never', Exit.done],
    ] as const) {
      const { code, folder } = runAction({ 'fail-on': failOn });
      expect(code).toBe(expected);
      expect(JSON.parse(readFileSync(join(folder, 'dewar.sarif'), 'utf8')).version).toBe('2.1.0');
      expect(readFileSync(join(folder, 'summary'), 'utf8')).toContain('| mitigation | state |');
    }
  });

  it('takes an input for what it is, never for code', () => {
    const { code, folder } = runAction({ path: '$(touch pwned)', 'fail-on': 'never' });
    expect(code).toBe(Exit.usage);
    expect(() => readFileSync(join(folder, 'pwned'))).toThrow();
  });
});

describe('the hook of pre-commit', () => {
  it('runs the audit of this version', () => {
    const [hook] = parse(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8'));
    expect(hook.entry).toBe(`${ours} audit`);
    for (const file of ['a.py', 'templates/a.html', 'Dockerfile', 'requirements/prod.txt', 'deploy/nginx.conf'])
      expect(file).toMatch(new RegExp(hook.files));
    expect('README.md').not.toMatch(new RegExp(hook.files));
  });
});
