import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { afterNew, installCommands, type PostRequest, syncCommand } from '../../src/commands/post.ts';

let root: string;
const env = {
  ...process.env,
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dewar-post-'));
});

function afterwards(request: Partial<PostRequest>) {
  const shown: string[] = [];
  const progress = (what: string) => {
    shown.push(what);
    return () => {};
  };
  return afterNew({ root, answers: {}, files: ['app.py'], git: false, install: false, env, ...request }, progress).then(
    (steps) => ({ steps, shown }),
  );
}

function write(path: string, text = '', mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { mode });
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', env }).trim();
}

describe('--git', () => {
  it('commits what was generated and no other file of the folder', async () => {
    write('app.py');
    write(':(exclude)odd name.py');
    write('.env', 'SECRET=mine');
    const { steps } = await afterwards({ git: true, files: ['app.py', ':(exclude)odd name.py'] });
    expect(steps).toEqual([{ name: 'git', ok: true, message: 'Git repository with a first commit.' }]);
    expect(git('ls-files', '-z').split('\0')).toEqual([':(exclude)odd name.py', 'app.py', '']);
    expect(git('log', '--format=%s')).toBe('Start from Dewar');
  });

  it('commits the record of the app, and what the ignore rules of the user would leave out', async () => {
    write('.env.example');
    write('.gitignore', '.env*\n');
    write('.dewar/project.json', '{}');
    const { steps } = await afterwards({ git: true, files: ['.env.example', '.gitignore'] });
    expect(steps[0]).toMatchObject({ ok: true });
    expect(git('ls-files').split('\n')).toEqual(['.dewar/project.json', '.env.example', '.gitignore']);
  });

  it('makes no repository inside a repository', async () => {
    git('init', '--quiet');
    const inner = join(root, 'services/app');
    mkdirSync(inner, { recursive: true });
    const { steps } = await afterwards({ git: true, root: inner });
    expect(steps[0]).toMatchObject({ ok: true, message: expect.stringContaining('nothing was committed') });
    expect(existsSync(join(inner, '.git'))).toBe(false);
  });

  it('is not led astray by the variables of a surrounding Git', async () => {
    write('app.py');
    const { steps } = await afterwards({
      git: true,
      env: { ...env, GIT_DIR: '/nowhere/.git', GIT_INDEX_FILE: '/nowhere/index' },
    });
    expect(steps[0]).toMatchObject({ ok: true });
    expect(git('ls-files')).toBe('app.py');
  });

  it('says what Git said where it fails', async () => {
    write('app.py');
    const { GIT_AUTHOR_EMAIL: _, GIT_COMMITTER_EMAIL: __, ...rest } = env;
    const nobody = {
      ...rest,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'user.useConfigOnly',
      GIT_CONFIG_VALUE_0: 'true',
      EMAIL: '',
    };
    const { steps } = await afterwards({ git: true, env: nobody });
    expect(steps[0]?.ok).toBe(false);
    expect(steps[0]?.message).toMatch(/git commit .* failed \(128\):\n[\s\S]*no email was given/);
  });

  it('says so where there is no Git', async () => {
    const { steps } = await afterwards({ git: true, env: { PATH: '/nonexistent' } });
    expect(steps).toEqual([
      { name: 'git', ok: false, message: 'git was not found: install it, or take this step later.' },
    ]);
  });
});

describe('--install', () => {
  it('makes an environment and installs with hashes, then the app itself', () => {
    expect(installCommands({ deps: 'pip' }, 'linux').map((command) => command.join(' '))).toEqual([
      'python3 -m venv .venv',
      '.venv/bin/python -m pip install --quiet --require-hashes -r requirements/dev.txt',
      '.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .',
    ]);
    expect(installCommands({ deps: 'pip' }, 'win32')[1]?.[0]).toBe('.venv\\Scripts\\python.exe');
    expect(installCommands({ deps: 'uv' }).map((command) => command.join(' '))).toEqual([
      'uv lock',
      'uv sync --locked --extra dev',
    ]);
  });

  it('runs before the commit, so that its lock file is in it, and a failure does not keep the commit away', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'dewar-bin-'));
    writeFileSync(join(bin, 'uv'), '#!/bin/sh\necho locked > uv.lock\necho "no such index" >&2\nexit 3\n', {
      mode: 0o755,
    });
    write('app.py');
    const { steps, shown } = await afterwards({
      git: true,
      install: true,
      answers: { deps: 'uv' },
      env: { ...env, PATH: `${bin}:${process.env['PATH']}` },
    });
    expect(steps).toEqual([
      { name: 'install', ok: false, message: 'uv lock failed (3):\nno such index' },
      { name: 'git', ok: true, message: 'Git repository with a first commit.' },
    ]);
    expect(shown).toEqual(['uv lock', 'git commit']);
    expect(git('ls-files').split('\n')).toEqual(['app.py', 'uv.lock']);
    expect(readFileSync(join(root, 'uv.lock'), 'utf8')).toBe('locked\n');
  });

  it('has uv lock the versions that the app came with, and leaves nothing half done', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'dewar-bin-'));
    writeFileSync(join(bin, 'uv'), '#!/bin/sh\ncat uv.lock >&2\nexit 2\n', { mode: 0o755 });
    write('requirements/dev.txt', "# Renew: x\nclick==8.5.1 ; sys_platform == 'win32' \\\n    --hash=sha256:aa\n");
    const { steps } = await afterwards({
      install: true,
      answers: { deps: 'uv' },
      env: { ...env, PATH: `${bin}:${process.env['PATH']}` },
    });
    expect(steps[0]?.message).toContain('name = "click"\nversion = "8.5.1"');
    expect(existsSync(join(root, 'uv.lock'))).toBe(false);
  });
});

it('an environment is brought to the locks by the tool of the answers', () => {
  expect(syncCommand({ deps: 'pip' })).toBe('pip install --require-hashes -r requirements/dev.txt');
  expect(syncCommand({ deps: 'uv' })).toBe('uv lock && uv sync --locked --extra dev');
});
