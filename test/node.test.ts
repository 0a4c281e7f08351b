import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, treeOf } from './support/hosts.ts';
import { root } from './support/imports.ts';
import { run } from './support/python.ts';

const version = '24.21.0';
const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const folder = join(root, '.cache/node', version);
const program = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

describe('on a newer Node', () => {
  let top: string;
  beforeAll(() => {
    top = mkdtempSync(join(tmpdir(), 'dewar-node-'));
    if (existsSync(program)) return;
    mkdirSync(folder, { recursive: true });
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-save'];
    execFileSync(npm, ['install', '--prefix', folder, ...quiet, `${name}@${version}`], {
      stdio: 'pipe',
      shell: process.platform === 'win32',
    });
  });
  afterAll(() => rmSync(top, { recursive: true, force: true }));

  it('the command writes the same app', () => {
    expect(run(program, ['--version']).trim()).toBe(`v${version}`);
    run(program, [join(root, 'dist/dewar.js'), 'new', 'acme', '--yes'], { cwd: top });
    command(['new', 'acme', '--yes'], join(top, 'here'));
    expect(treeOf(join(top, 'acme'))).toEqual(treeOf(join(top, 'here/acme')));
  });

  it('the audit reads it', () => {
    expect(run(program, [join(root, 'dist/dewar.js'), 'audit', 'acme'], { cwd: top })).toContain('csrf');
  });
});
