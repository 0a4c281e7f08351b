import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { adoptProject } from '../../src/commands/adopt.ts';
import { checkForUpdate } from '../../src/commands/check.ts';
import { updateProject } from '../../src/commands/update.ts';
import { Exit } from '../../src/error.ts';
import { changesOf } from '../support/changes.ts';
import { snapshot } from '../support/snapshot.ts';
import { catalogOf, commit, type Story, stage, type Tree } from '../support/story.ts';

const updating = { dryRun: false, diff: false } as const;
const old = { 'a.txt': 'one\ntwo\nthree\nfour\n', 'deep/b.txt': 'b\n' };
const next = { ...old, 'a.txt': 'one\ntwo\nthree\nnext\n' };

describe('an update of an app in which something is wrong', () => {
  it.each([
    ['is no JSON', '{'],
    ['is of another kind', '[]'],
    ['has no answers', '{"schema":"dewar/project/2","dewar":"0.1.0","mitigations":[]}'],
    ['is of a later schema', '{"schema":"dewar/project/9","dewar":"9.0.0","answers":{},"mitigations":[]}'],
    ['holds the marks of an unfinished merge', '{\n<<<<<<< HEAD\n=======\n>>>>>>> other\n}'],
  ])('stops where the record %s, changes nothing and says how to make it anew', async (_, text) => {
    const root = await app({});
    writeFileSync(join(root, '.dewar/project.json'), text);
    const before = snapshot(root);
    await expect(update(root)).rejects.toThrow(
      /project\.json cannot be read: .*Nothing was changed.*dewar adopt --renew/s,
    );
    expect(snapshot(root)).toEqual(before);
  });

  it('leaves a file that became a link, and what it leads to, as they are', async () => {
    const root = await app({ 'elsewhere.txt': 'secret\n' });
    rmSync(join(root, 'a.txt'));
    symlinkSync('elsewhere.txt', join(root, 'a.txt'));
    commit(root);
    const result = await update(root);
    expect(result.files).toContainEqual(
      expect.objectContaining({ path: 'a.txt', state: 'keep', why: 'a link is in its place' }),
    );
    expect(readFileSync(join(root, 'elsewhere.txt'), 'utf8')).toBe('secret\n');
  });

  it('neither reads nor writes through a folder that became a link out of the app', async () => {
    const root = await app({});
    const outside = join(dirname(root), 'outside');
    renameSync(join(root, 'deep'), outside);
    symlinkSync(outside, join(root, 'deep'));
    commit(root);
    const result = await update(root, { ...next, 'deep/b.txt': 'next\n' });
    expect(changesOf(result)).toContainEqual({ path: 'deep/b.txt', state: 'keep' });
    expect(readFileSync(join(outside, 'b.txt'), 'utf8')).toBe('b\n');
  });

  it('leaves a folder alone that stands in the place of a file', async () => {
    const root = await app({ 'a.txt': null });
    mkdirSync(join(root, 'a.txt'));
    expect(changesOf(await update(root))).toEqual([{ path: 'a.txt', state: 'keep' }]);
  });

  it('has nothing to stop at where there is nothing to update', async () => {
    const root = await app({});
    writeFileSync(join(root, 'deep/b.txt'), 'not committed\n');
    expect(changesOf(await update(root, old))).toEqual([]);
  });

  it('stops with 5 at changes that are not committed, unless it is told to go on', async () => {
    const root = await app({});
    writeFileSync(join(root, 'deep/b.txt'), 'not committed\n');
    await expect(update(root)).rejects.toMatchObject({
      exit: Exit.dirty,
      message: expect.stringContaining('deep/b.txt'),
    });
    const result = await updateProject(catalogOf(next), { root, ...updating, allowDirty: true });
    expect(changesOf(result)).toEqual([{ path: 'a.txt', state: 'clean' }]);
  });

  it('is not stopped by files that Git does not know', async () => {
    const root = await app({});
    writeFileSync(join(root, 'notes.md'), 'mine\n');
    expect(changesOf(await update(root))).toEqual([{ path: 'a.txt', state: 'clean' }]);
  });

  it('stops with 3 while marks of an earlier conflict are left', async () => {
    const root = await app({ 'a.txt': 'one\ntwo\nthree\nmine\n' });
    await update(root);
    commit(root);
    await expect(update(root)).rejects.toMatchObject({
      exit: Exit.conflicts,
      message: expect.stringContaining('a.txt'),
    });
  });

  it('refuses to be another version, and to go back to an older one', async () => {
    const root = await app({});
    await expect(updateProject(catalogOf(next), { root, ...updating, to: '9.0.0' })).rejects.toThrow(
      'npx generator-dewar@9.0.0 update',
    );
    const file = join(root, '.dewar/project.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"dewar": "[^"]+"/, '"dewar": "99.0.0"'));
    commit(root);
    await expect(update(root)).rejects.toThrow('was written by Dewar 99.0.0');
  });

  it('works without a network and without Git', async () => {
    const root = await app({});
    rmSync(join(root, '.git'), { recursive: true });
    expect(changesOf(await update(root))).toEqual([{ path: 'a.txt', state: 'clean' }]);
  });
});

describe('a conflict', () => {
  const mine = { 'a.txt': 'one\ntwo\nthree\nmine\n' };

  it('goes into a patch where that is asked for, which Git applies', async () => {
    const root = await app(mine);
    const result = await updateProject(catalogOf(next), { root, ...updating, conflict: 'rej' });
    expect(changesOf(result)).toEqual([{ path: 'a.txt', state: 'conflict' }]);
    expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe(mine['a.txt']);
    execFileSync('git', ['apply', 'a.txt.rej'], { cwd: root });
    expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe(next['a.txt']);
  });

  it('does not come up again once the user decided for their own lines', async () => {
    const root = await app(mine);
    await updateProject(catalogOf(next), { root, ...updating, conflict: 'rej' });
    commit(root);
    // A version that goes back and one that comes again offer the same change a second time.
    expect(changesOf(await update(root, old))).toEqual([]);
    commit(root);
    expect(changesOf(await update(root, next))).toEqual([]);
    expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe(mine['a.txt']);
  });

  it('comes up again where the user took it and changed their mind later', async () => {
    const root = await app(mine);
    await updateProject(catalogOf(next), { root, ...updating, conflict: 'rej' });
    writeFileSync(join(root, 'a.txt'), next['a.txt']);
    commit(root);
    await update(root, old);
    writeFileSync(join(root, 'a.txt'), mine['a.txt']);
    commit(root);
    expect(changesOf(await update(root, next))).toEqual([{ path: 'a.txt', state: 'conflict' }]);
  });
});

describe('a check', () => {
  it('says 10 where there is something to update and 0 where there is not, and writes nothing', async () => {
    const root = await app({});
    const before = snapshot(root);
    expect(await checkForUpdate(catalogOf(next), { root })).toMatchObject({
      exit: Exit.updateAvailable,
      data: { available: true, files: [{ path: 'a.txt', state: 'clean', origin: 'app' }] },
    });
    expect(await checkForUpdate(catalogOf(old), { root })).toMatchObject({
      exit: Exit.done,
      data: { available: false },
    });
    expect(snapshot(root)).toEqual(before);
  });
});

describe('an app that is adopted', () => {
  const flask = 'from flask import Flask\n\napp = Flask(__name__)\n';

  it('is as it was but for the record, has nothing to update, and merges what comes later', async () => {
    const root = await app({ 'app.py': flask, 'a.txt': 'mine\ntwo\nthree\nfour\n', 'deep/b.txt': 'something else\n' });
    rmSync(join(root, '.dewar'), { recursive: true });
    commit(root);
    const before = snapshot(root);
    await adoptProject(catalogOf(old), { root, answers: {}, dryRun: false, renew: false });
    const own = Object.entries(snapshot(root)).filter(([path]) => !path.startsWith('.dewar'));
    expect(Object.fromEntries(own)).toEqual(before);
    commit(root);
    expect(changesOf(await update(root, old))).toEqual([]);
    const later = { 'a.txt': next['a.txt'], 'deep/b.txt': 'newer\n' };
    expect(changesOf(await update(root, { ...later, 'other.txt': 'one\ntwo\nthree\n' }))).toEqual([
      { path: 'a.txt', state: 'merged' },
    ]);
    expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('mine\ntwo\nthree\nnext\n');
  });

  it('is refused where there is a record, and damaged ones are made anew when that is asked for', async () => {
    const root = await app({ 'app.py': flask });
    const adopting = { root, answers: {}, dryRun: false };
    await expect(adoptProject(catalogOf(old), { ...adopting, renew: false })).rejects.toThrow('has a record already');
    writeFileSync(join(root, '.dewar/project.json'), '{');
    await adoptProject(catalogOf(old), { ...adopting, renew: true });
    commit(root);
    expect(changesOf(await update(root, next))).toEqual([{ path: 'a.txt', state: 'clean' }]);
  });
});

async function app(mine: Story['mine']): Promise<string> {
  const root = await stage({ old, mine });
  onTestFinished(() => rmSync(dirname(root), { recursive: true, force: true }));
  return root;
}

function update(root: string, files: Tree = next) {
  return updateProject(catalogOf(files), { root, ...updating });
}
