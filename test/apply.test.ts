import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DewarError } from '../src/error.ts';
import { apply } from '../src/plan/apply.ts';
import { localDisk } from '../src/plan/disk.ts';
import { recover } from '../src/plan/recover.ts';
import type { Write } from '../src/plan/write.ts';
import { watched } from './support/faulty-disk.ts';
import { filesOf, lay, snapshot } from './support/snapshot.ts';

const onWindows = process.platform === 'win32';
let box = '';
let root = '';
beforeEach(() => {
  box = mkdtempSync(join(tmpdir(), 'dewar-apply-'));
  root = join(box, 'shop');
});
afterEach(() => {
  for (const entry of readdirSync(box, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755);
  }
  rmSync(box, { recursive: true, force: true });
});

describe('files', () => {
  test('text, bytes and empty files are written as they are, into folders made for them', () => {
    const bytes = Uint8Array.from([0, 255, 13, 10]);
    for (const target of [root, box]) {
      apply(target, [
        { path: 'a/b/c.txt', content: 'ü\r\n' },
        { path: 'bytes.bin', content: bytes },
        { path: 'empty', content: '' },
      ]);
      expect(readFileSync(join(target, 'a/b/c.txt'), 'utf8')).toBe('ü\r\n');
      expect(new Uint8Array(readFileSync(join(target, 'bytes.bin')))).toEqual(bytes);
      expect(readFileSync(join(target, 'empty'), 'utf8')).toBe('');
    }
    expect(readdirSync(box).sort()).toEqual(['a', 'bytes.bin', 'empty', 'shop']);
  });

  test.skipIf(onWindows)('a new file has the mode that the umask gives, and an executable one may be run', () => {
    const writes: Write[] = [
      { path: 'run', content: '#!/bin/sh\n', executable: true },
      { path: 'text', content: '' },
    ];
    mkdirSync(join(box, 'there'));
    for (const target of [root, join(box, 'there')]) {
      apply(target, writes);
      const [run, text] = ['run', 'text'].map((name) => statSync(join(target, name)).mode & 0o777);
      expect([run, text]).toEqual([0o755 & ~process.umask(), 0o666 & ~process.umask()]);
    }
  });

  test.skipIf(onWindows)(
    'a file that is replaced keeps its mode, and one that becomes executable gains that alone',
    () => {
      lay(root, { secret: '1', script: '1' }, 0o640);
      apply(root, [
        { path: 'secret', content: '2' },
        { path: 'script', content: '2', executable: true },
      ]);
      chmodSync(join(root, 'secret'), 0o666);
      apply(root, [{ path: 'secret', content: '3' }]);
      expect(snapshot(root)).toEqual({ secret: '666 3', script: '750 2' });
    },
  );

  test('a second name of a replaced file keeps the old text', () => {
    lay(root, { 'a.txt': 'old' });
    linkSync(join(root, 'a.txt'), join(box, 'other.txt'));
    apply(root, [{ path: 'a.txt', content: 'new' }]);
    expect([join(root, 'a.txt'), join(box, 'other.txt')].map((path) => readFileSync(path, 'utf8'))).toEqual([
      'new',
      'old',
    ]);
  });

  test('folders that a deletion leaves empty go too, and others stay', () => {
    lay(root, { 'a/b/c': '', 'd/e': '', 'd/f': '', 'g/': '' });
    apply(
      root,
      ['a/b/c', 'd/e', 'not/there'].map((path) => ({ path, content: null })),
    );
    expect(Object.keys(snapshot(root))).toEqual(['d', 'd/f', 'g']);
  });

  test('nothing to write makes nothing', () => {
    apply(root, []);
    apply(root, [{ path: 'a', content: null }]);
    expect(readdirSync(box)).toEqual([]);
  });

  test('a missing folder is put in place by one rename, whatever it holds', () => {
    lay(root, { 'README.md': '' });
    const renamed: unknown[] = [];
    const paths = ['src/a/b.py', 'src/c.py', 'src/d/e/f.py', '.dewar/project.json', '.dewar/base/x.base'];
    apply(
      root,
      paths.map((path) => ({ path, content: '' })),
      watched((_step, name, [, to]) => name === 'rename' && renamed.push(to)),
    );
    expect(renamed.slice(1)).toEqual(
      ['src', join('.dewar', 'project.json'), join('.dewar', 'base')].map((p) => join(root, p)),
    );
  });
});

describe('what cannot be written leaves the tree as it was', () => {
  const writes: Write[] = [
    { path: 'first.txt', content: 'new' },
    { path: 'sub/deep/file.txt', content: 'new' },
    { path: 'last.txt', content: 'new' },
  ];

  test.each<[string, () => void]>([
    ['a folder where a file should go', () => lay(root, { 'last.txt/inner': '' })],
    ['a file where a folder should go', () => lay(root, { sub: '' })],
    ['a root that is a file', () => writeFileSync(root, '')],
    ['a read-only file', () => lay(root, { 'last.txt': '' }, 0o444)],
    ['a file where the log should go', () => lay(root, { '.dewar': '' })],
  ])('%s', (_name, prepare) => {
    prepare();
    const before = snapshot(box);
    expect(() => apply(root, writes)).toThrow(DewarError);
    expect(snapshot(box)).toEqual(before);
  });

  test.skipIf(onWindows)('a link in place of a file, or of the log', () => {
    lay(box, { 'victim.txt': 'precious', 'elsewhere/pending/owner': '1' });
    lay(root, { 'a.txt': '' });
    symlinkSync('../victim.txt', join(root, 'last.txt'));
    expect(() => apply(root, writes)).toThrow('links are never written through');
    rmSync(join(root, 'last.txt'));
    symlinkSync('../elsewhere', join(root, '.dewar'));
    const before = snapshot(box);
    expect(() => apply(root, writes)).toThrow(DewarError);
    expect(recover(root)).toBe('nothing');
    expect(snapshot(box)).toEqual(before);
  });

  test('a path that is not contained, though others are', () => {
    expect(() => apply(root, [...writes, { path: '../evil', content: '' }])).toThrow('leads out of the project');
    expect(readdirSync(box)).toEqual([]);
  });

  test.skipIf(onWindows)('folders and files without permission, for a user who is not root', async () => {
    const plain = join(box, 'plain.mjs');
    const entry = join(import.meta.dirname, 'support', 'apply-plain.ts');
    await build({ entryPoints: [entry], outfile: plain, bundle: true, platform: 'node', format: 'esm' });
    const list = join(box, 'writes.json');
    writeFileSync(list, JSON.stringify([...writes, { path: 'old.txt', content: null }]));
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    chmodSync(box, 0o755);
    const attempt = (target: string): string =>
      spawnSync(process.execPath, [plain, target, list], { encoding: 'utf8', ...user }).stdout.trim();
    const locked = join(box, 'locked');
    const shut: Record<string, () => void> = {
      'a root that cannot be made': () => mkdirSync(locked, { mode: 0o555 }),
      'a root that is read-only': () => chmodSync(locked, 0o555),
      'a sub-folder that is read-only': () => {
        lay(locked, { 'sub/deep/x': '', 'old.txt': '' });
        chmodSync(locked, 0o777);
        chmodSync(join(locked, 'sub/deep'), 0o555);
      },
      'a sub-folder that cannot be listed': () => chmodSync(join(locked, 'sub/deep'), 0o311),
    };
    for (const [name, prepare] of Object.entries(shut)) {
      prepare();
      const before = snapshot(locked);
      expect(attempt(name.endsWith('made') ? join(locked, 'shop') : locked), name).toMatch(
        /^Cannot write .*: permission denied\. .+/,
      );
      expect(snapshot(locked), name).toEqual(before);
    }
  });

  test('a file that somebody else writes at the same moment is not overwritten', () => {
    lay(root, { 'last.txt': 'mine' });
    const meddling = watched((_step, name, [, to]) => {
      if (name === 'rename' && String(to).endsWith('journal.json')) {
        writeFileSync(join(root, 'first.txt'), 'theirs');
        writeFileSync(join(root, 'last.txt'), 'edited meanwhile');
      }
    });
    expect(() => apply(root, writes, meddling)).toThrow('first.txt was changed by something else');
    expect(filesOf(root)).toEqual({ 'first.txt': 'theirs', 'last.txt': 'edited meanwhile' });
    const editing = watched((_step, name, [, to]) => {
      if (name === 'rename' && String(to).endsWith('journal.json')) writeFileSync(join(root, 'last.txt'), 'again');
    });
    expect(() => apply(root, writes.slice(1), editing)).toThrow('last.txt was changed by something else');
    expect(filesOf(root)).toEqual({ 'first.txt': 'theirs', 'last.txt': 'again' });
  });

  test('a file system that knows no second names still replaces and takes back', () => {
    lay(root, { 'last.txt': 'old' });
    const disk = {
      ...localDisk,
      link: () => {
        throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
      },
    };
    apply(root, writes, disk);
    expect(filesOf(root)['last.txt']).toBe('new');
  });
});
