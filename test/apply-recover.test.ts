import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apply } from '../src/plan/apply.ts';
import { recover } from '../src/plan/recover.ts';
import type { Write } from '../src/plan/write.ts';
import { faulty, watched } from './support/faulty-disk.ts';
import { filesOf, lay, snapshot } from './support/snapshot.ts';

let box = '';
let root = '';
beforeEach(() => {
  box = mkdtempSync(join(tmpdir(), 'dewar-recover-'));
  root = join(box, 'shop');
});
afterEach(() => rmSync(box, { recursive: true, force: true }));

/** Dies, as far as the disk can tell, ahead of the step of this name and number. */
function interruptAt(name: string, nth: number, writes: readonly Write[]): void {
  let [seen, at] = [0, 0];
  const probe = `${root}-probe`;
  if (existsSync(root)) lay(probe, filesOf(root));
  apply(
    probe,
    writes,
    watched((step, which) => {
      if (which === name && ++seen === nth) at = step;
    }),
  );
  rmSync(probe, { recursive: true });
  try {
    apply(root, writes, faulty(at, 'die'));
  } catch {}
}

describe('recovery', () => {
  const writes: Write[] = [
    { path: 'made/a.txt', content: 'new' },
    { path: 'there.txt', content: 'new' },
  ];

  test('finds nothing to do in a clean root, in a missing one and in a file', () => {
    lay(root, { 'a.txt': '', '.dewar/project.json': '' });
    const before = snapshot(box);
    for (const target of [root, join(root, 'no', 'such'), join(root, 'a.txt'), join(root, 'a.txt', 'below')]) {
      expect(recover(target)).toBe('nothing');
    }
    expect(snapshot(box)).toEqual(before);
  });

  test('says what it did: rolled back before the journal is whole, completed after', () => {
    lay(root, { 'there.txt': 'old' });
    interruptAt('rename', 1, writes);
    expect(recover(root)).toBe('rolled back');
    expect(filesOf(root)).toEqual({ 'there.txt': 'old' });
    interruptAt('rename', 2, writes);
    expect(recover(root)).toBe('completed');
    expect(filesOf(root)).toEqual({ 'there.txt': 'new', 'made/a.txt': 'new' });
  });

  test('removes what was staged for a root that was never made', () => {
    interruptAt('rename', 1, writes);
    expect(readdirSync(box)).toEqual([`.shop.dewar-${process.pid}`]);
    expect(recover(root)).toBe('rolled back');
    expect(readdirSync(box)).toEqual([]);
  });

  test('leaves the other folders alone that only look like its own', () => {
    lay(box, { '.shop.dewar-notes/a': '', '.shop.dewar-/a': '', 'x.shop.dewar-1/a': '' });
    const before = snapshot(box);
    expect(recover(root)).toBe('nothing');
    expect(snapshot(box)).toEqual(before);
  });

  test('works after the project was moved', () => {
    lay(root, { 'there.txt': 'old' });
    interruptAt('rename', 2, writes);
    renameSync(root, join(box, 'moved'));
    expect(recover(join(box, 'moved'))).toBe('completed');
    expect(filesOf(join(box, 'moved'))['there.txt']).toBe('new');
  });

  test('does not lose an edit that was made since the interruption', () => {
    lay(root, { 'there.txt': 'old' });
    interruptAt('rename', 2, writes);
    writeFileSync(join(root, 'there.txt'), 'edited by hand');
    expect(() => recover(root)).toThrow('there.txt was changed by something else');
    expect(readFileSync(join(root, 'there.txt'), 'utf8')).toBe('edited by hand');
    rmSync(join(root, '.dewar', 'pending'), { recursive: true });
    expect(recover(root)).toBe('nothing');
  });

  test('does not follow a journal that came with a clone or a copy', async () => {
    lay(root, { 'there.txt': 'old' });
    interruptAt('rename', 2, writes);
    // The clock of a file system moves on in steps of some milliseconds.
    await setTimeout(30);
    const clone = join(box, 'clone');
    lay(clone, { ...filesOf(root), '.env': 'KEY=1' });
    const before = snapshot(clone);
    expect(() => recover(clone)).toThrow('is not the log of a change that Dewar began here');
    expect(snapshot(clone)).toEqual(before);
  });

  test('does not follow a path of a journal out of the project', () => {
    lay(root, { 'there.txt': 'old' });
    interruptAt('rename', 2, writes);
    const path = join(root, '.dewar', 'pending', 'journal.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"made"', '"../made"'));
    expect(() => recover(root)).toThrow('leads out of the project');
  });

  test('a change that is not finished is not written over by the next one', () => {
    lay(root, { 'there.txt': 'old' });
    interruptAt('rename', 1, writes);
    expect(() => apply(root, writes)).toThrow('is not finished');
    recover(root);
    apply(root, writes);
    expect(filesOf(root)['there.txt']).toBe('new');
  });

  test('another process that writes at the moment is left alone, and one that died is not waited for', () => {
    lay(root, { 'there.txt': 'old', '.dewar/pending/owner': `${process.ppid}\n`, '.dewar/pending/new/a': '' });
    expect(() => recover(root)).toThrow(`Another Dewar (process ${process.ppid}) is writing`);
    const longAgo = Date.now() / 1000 - 3600;
    utimesSync(join(root, '.dewar', 'pending', 'owner'), longAgo, longAgo);
    expect(recover(root)).toBe('rolled back');
    expect(filesOf(root)).toEqual({ 'there.txt': 'old' });
  });
});
