import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitOf, type Pin, pinned, pins, renewed, repinned } from '../scripts/actions.ts';
import { root } from './support/imports.ts';
import { run } from './support/python.ts';

// The table was filled from the repositories of the actions themselves. It cannot be proved again without the network:
// `npm run actions` asks them, refuses a tag that was moved, and `npm run actions -- ACTION=TAG` raises a pin everywhere.

const uses = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/\buses: (.+)$/gm)].map(([, use = '']) => use.trim());

describe('the actions of our workflow and of the one that apps get', () => {
  const known = pins().map(({ action, tag, commit }) => `${action}@${commit} # ${tag}`);

  it.each(pinned)('are pinned in %s to the commits of the table', (file) => {
    expect(uses(file)).not.toEqual([]);
    expect(uses(file).filter((use) => !known.includes(use))).toEqual([]);
  });

  it('are all that the table names', () => {
    expect(known.filter((use) => !pinned.some((file) => uses(file).includes(use)))).toEqual([]);
  });

  it('are used in no other workflow', () => {
    const folders = ['.github/workflows', 'templates/ci/root/.github/workflows', 'docs'];
    const files = folders.flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`));
    expect(files.filter((file) => file.endsWith('.yml'))).toEqual(pinned);
  });

  it('have whole hashes and whole versions', () => {
    const odd = pins().filter(({ tag, commit }) => !/^v\d+\.\d+\.\d+$/.test(tag) || !/^[0-9a-f]{40}$/.test(commit));
    expect(odd).toEqual([]);
  });
});

describe('npm run actions', () => {
  let folder: string;
  const git = (...args: string[]): string =>
    run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: folder }).trim();
  const commit = (name: string): string => {
    writeFileSync(join(folder, name), name);
    git('add', '.');
    git('commit', '--quiet', '-m', name);
    return git('rev-parse', 'HEAD');
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dewar-action-'));
    git('init', '--quiet');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('finds the commit behind a tag, annotated or not', () => {
    const first = commit('first');
    git('tag', 'v1.0.0');
    const second = commit('second');
    git('tag', '-a', 'v1.1.0', '-m', 'annotated');
    expect([commitOf(folder, 'v1.0.0'), commitOf(folder, 'v1.1.0')]).toEqual([first, second]);
    expect(() => commitOf(folder, 'v9')).toThrow('has no tag v9');
  });

  it('raises a pin, and refuses a tag that was moved', () => {
    const pin: Pin = { action: 'a/b', tag: 'v1.0.0', commit: commitOf(folder, 'v1.0.0') };
    expect(renewed(pin, 'v1.1.0', folder)).toEqual({
      action: 'a/b',
      tag: 'v1.1.0',
      commit: commitOf(folder, 'v1.1.0'),
    });
    git('tag', '--force', 'v1.0.0', 'HEAD');
    expect(() => renewed(pin, 'v1.0.0', folder)).toThrow('a/b moved its tag v1.0.0');
  });

  it('writes the new pins where the old ones were', () => {
    const [old, other] = ['a'.repeat(40), 'b'.repeat(40)];
    const text = `- uses: a/b@${old} # v1.0.0\n- uses: c/d@${old} # v1.0.0\n`;
    expect(repinned(text, [{ action: 'a/b', tag: 'v2.0.0', commit: other }])).toBe(
      `- uses: a/b@${other} # v2.0.0\n- uses: c/d@${old} # v1.0.0\n`,
    );
  });
});
