import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installAdded } from '../../src/commands/install.ts';
import { dewar } from '../support/capture.ts';
import { invalid } from '../support/json-schema.ts';
import { realWiring } from '../support/real-wiring.ts';
import { removeApp, shop } from '../support/shop.ts';
import { filesOf, lay } from '../support/snapshot.ts';

let root: string;
let bin: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dewar-install-'));
  bin = mkdtempSync(join(tmpdir(), 'dewar-install-bin-'));
});
afterEach(() => {
  removeApp(root);
  rmSync(bin, { recursive: true, force: true });
});

/** A program that notes how it was called. */
function program(path: string, exit = 0): void {
  mkdirSync(dirname(path), { recursive: true });
  const script = `#!/bin/sh\necho "$(basename "$0") $*" >> '${join(bin, 'called')}'\necho "no such package" >&2\nexit ${exit}\n`;
  writeFileSync(path, script, { mode: 0o755 });
}

function virtualEnvironment(folder: string, exit = 0): void {
  program(join(folder, 'bin/python'), exit);
  writeFileSync(join(folder, 'pyvenv.cfg'), '');
}

function called(): string[] {
  try {
    return readFileSync(join(bin, 'called'), 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

const path = (): string => `${bin}:${process.env['PATH']}`;
const installed = (commands: readonly string[], env: Record<string, string> = {}) =>
  installAdded({ root, commands, env: { PATH: path(), ...env } }, () => () => {});
const withPip = ['pip install -r requirements.txt'];

describe.runIf(process.platform !== 'win32')('the new packages of an app', () => {
  it('go into the environment in its folder', async () => {
    virtualEnvironment(join(root, '.venv'));
    expect(await installed(withPip)).toEqual({ name: 'install', ok: true, message: 'The new packages are installed.' });
    expect(called()).toEqual(['python -m pip install -r requirements.txt']);
  });

  it('go into the environment that is active, where there is one', async () => {
    virtualEnvironment(join(root, '.venv'), 1);
    virtualEnvironment(join(bin, 'active'));
    expect(await installed(withPip, { VIRTUAL_ENV: join(bin, 'active') })).toMatchObject({ ok: true });
  });

  it('are not put into the Python of the system', async () => {
    program(join(bin, 'python'));
    const { ok, message } = await installed(withPip);
    expect([ok, message]).toEqual([false, expect.stringContaining('python3 -m venv .venv')]);
    expect(called()).toEqual([]);
  });

  it('come by the tool that the app is locked with, one command after the other', async () => {
    program(join(bin, 'poetry'));
    expect(await installed(['poetry lock && poetry install'])).toMatchObject({ ok: true });
    expect(called()).toEqual(['poetry lock', 'poetry install']);
  });

  it.each(['make requirements', './compile.sh', 'pip-compile $(touch pwned)', 'uv pip compile a; touch pwned'])(
    'do not come by %s, which a file of the app names, and nothing before it is run',
    async (line) => {
      virtualEnvironment(join(root, '.venv'));
      program(join(bin, 'pip-compile'));
      program(join(bin, 'uv'));
      const { ok, message } = await installed([...withPip, line]);
      expect([ok, message]).toEqual([false, `${line} is not run by Dewar: run it yourself.`]);
      expect(called()).toEqual([]);
    },
  );
});

describe.runIf(process.platform !== 'win32')('dewar add --install', () => {
  const add = (...argv: string[]) =>
    dewar(['add', 'csrf', '--install', '--yes', ...argv], { cwd: root, wiring: realWiring, env: { PATH: path() } });
  beforeEach(() => lay(root, shop));

  it('installs what it added, and does not ask for that any more', async () => {
    virtualEnvironment(join(root, '.venv'));
    const { exit, out } = await add();
    expect(exit).toBe(0);
    expect(out).toContain('The new packages are installed.\n');
    expect(out).not.toContain('Install the new packages');
    expect(called()).toEqual(['python -m pip install -r requirements.txt']);
    await add();
    expect(called()).toHaveLength(1);
  });

  it('runs nothing in a dry run', async () => {
    virtualEnvironment(join(root, '.venv'));
    expect((await add('--dry-run')).out).toContain('Install the new packages with `pip install -r requirements.txt`');
    expect(called()).toEqual([]);
  });

  it('keeps the change where the installation fails, and says what failed', async () => {
    virtualEnvironment(join(root, '.venv'), 3);
    const { exit, out, err } = await add('--json');
    expect(exit).toBe(1);
    expect(err).toContain('python -m pip install -r requirements.txt failed (3):\nno such package');
    const data = JSON.parse(out);
    expect(data).toMatchObject({ exit: 1, written: true, install: withPip, steps: [{ name: 'install', ok: false }] });
    expect(invalid(out, 'src/cli/add.schema.json')).toBe('');
    expect(filesOf(root)['app.py']).toContain('security.init_app(app)');
  });
});
