import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Exit } from '../src/error.ts';
import { checkContained, survey } from '../src/plan/containment.ts';
import { lay, snapshot } from './support/snapshot.ts';

let box = '';
let root = '';
beforeEach(() => {
  box = mkdtempSync(join(tmpdir(), 'dewar-contained-'));
  root = join(box, 'shop');
  lay(root, { 'README.md': '', 'src/shop/__init__.py': '', '.git/config': '' });
});
afterEach(() => rmSync(box, { recursive: true, force: true }));

/** A folder link as every system lets it be made without special rights. */
function link(target: string, path: string): void {
  symlinkSync(target, join(root, path), process.platform === 'win32' ? 'junction' : 'dir');
}

describe('a path is refused with its name and the reason, wherever it would lead', () => {
  test.each([
    ['../evil', 'leads out of the project'],
    ['src/../../evil', 'leads out of the project'],
    ['src/..', 'leads out of the project'],
    ['/etc/passwd', 'is absolute'],
    ['C:/Windows/evil', 'is absolute'],
    ['c:evil', 'is absolute'],
    ['src\\evil', 'backslash'],
    ['..\\evil', 'backslash'],
    ['\\\\host\\share', 'backslash'],
    ['', 'empty part'],
    ['src//a', 'empty part'],
    ['./a', 'empty part'],
    ['src/', 'empty part'],
    ['a\0b', 'invisible'],
    ['a\nb', 'invisible'],
    ['.g\u200cit/config', 'invisible'],
    ['.git/hooks/pre-commit', 'folder of Git'],
    ['.GIT/config', 'folder of Git'],
    ['vendor/.git/config', 'folder of Git'],
    ['GIT~1/config', 'folder of Git'],
    ['.dewar/pending/journal.json', 'log of running changes'],
    ['aux', 'name of a device'],
    ['src/Con.txt', 'name of a device'],
    ['nul .txt', 'name of a device'],
    ['COM1', 'name of a device'],
    ['lpt¹.log', 'name of a device'],
    ['what?.py', 'not allowed on Windows'],
    ['file:stream', 'not allowed on Windows'],
    ['dot./a', 'drops a dot or a space'],
    ['space ', 'drops a dot or a space'],
  ])('%j', (path, why) => {
    const before = snapshot(box);
    for (const where of [root, join(box, 'new', 'deep')]) {
      expect(() => checkContained(where, ['ok.txt', path])).toThrow(expect.objectContaining({ exit: Exit.usage }));
      expect(() => checkContained(where, ['ok.txt', path])).toThrow(why);
    }
    expect(snapshot(box)).toEqual(before);
  });

  test.each([
    'src/shop/__init__.py',
    '.github/workflows/ci.yml',
    '.gitignore',
    'a b/ü.txt',
    'console.py',
    '...x',
    'com10',
    'x/..y',
  ])('while %j is taken', (path) => expect(() => checkContained(root, [path])).not.toThrow());

  test('a name that the file system stores already may be written again, even if Windows could not', () => {
    if (process.platform === 'win32') return;
    lay(root, { 'src/aux.py': '' });
    expect(() => checkContained(root, ['src/aux.py'])).not.toThrow();
  });
});

describe('names that some system takes for one and the same are refused', () => {
  test.each([
    ['two files of the plan', ['docs/Guide.md', 'docs/guide.md']],
    ['two folders of the plan', ['Docs/a.md', 'docs/b.md']],
    ['two forms of one letter', ['caf\u00e9.md', 'cafe\u0301.md']],
    ['a file that is there', ['readme.md']],
    ['a folder that is there', ['SRC/b.py']],
    ['a folder further down that is there', ['src/Shop/b.py']],
  ])('%s', (_name, paths) => {
    expect(() => checkContained(root, paths)).toThrow('only in case or form');
  });

  test.each([
    ['a path that is planned twice', ['a', 'a']],
    ['a file that is a folder too', ['a', 'a/b']],
    ['a folder that is a file too', ['a/b', 'a']],
  ])('%s', (_name, paths) => expect(() => checkContained(root, paths)).toThrow('twice, or as a file and as a folder'));
});

describe('links', () => {
  test('a folder that links out of the project is refused', () => {
    mkdirSync(join(box, 'elsewhere'));
    link(join(box, 'elsewhere'), 'out');
    expect(() => checkContained(root, ['out/a.py'])).toThrow('out of the project');
    expect(() => checkContained(root, ['out/deep/a.py'])).toThrow('out of the project');
  });

  test('a folder that links to another folder of the project is taken', () => {
    link(join(root, 'src'), 'inside');
    expect(() => checkContained(root, ['inside/shop/b.py'])).not.toThrow();
  });

  test('a link that leads out by way of one that stays inside is refused', () => {
    mkdirSync(join(box, 'elsewhere'));
    link(join(box, 'elsewhere'), 'src/out');
    link(join(root, 'src'), 'inside');
    expect(() => checkContained(root, ['inside/out/a.py'])).toThrow('out of the project');
  });

  test('a link to a sibling whose name begins as the project does is refused', () => {
    mkdirSync(join(box, 'shop-evil'));
    link(join(box, 'shop-evil'), 'out');
    expect(() => checkContained(root, ['out/a.py'])).toThrow('out of the project');
  });

  test("a link into a folder of Git's is refused", () => {
    link(join(root, '.git'), 'hooks');
    expect(() => checkContained(root, ['hooks/pre-commit'])).toThrow('folder of Git');
  });

  test('a file that is a link is refused, wherever it leads', () => {
    if (process.platform === 'win32') return;
    symlinkSync('README.md', join(root, 'inner.md'));
    symlinkSync('/nowhere/at/all', join(root, 'dangling.md'));
    for (const path of ['inner.md', 'dangling.md']) {
      expect(() => checkContained(root, [path])).toThrow('links are never written through');
    }
    expect(() => checkContained(root, ['dangling.md/a'])).toThrow('no folder');
  });

  test('a root that is itself a link is the folder it leads to', () => {
    symlinkSync(root, join(box, 'alias'), process.platform === 'win32' ? 'junction' : 'dir');
    expect(() => checkContained(join(box, 'alias'), ['src/shop/a.py'])).not.toThrow();
  });
});

describe('what stands in the way', () => {
  test('a folder where a file should go is refused', () => {
    expect(() => checkContained(root, ['src/shop'])).toThrow('Cannot write src/shop: a folder stands in its place');
  });

  test('a file where a folder should go is refused', () => {
    expect(() => checkContained(root, ['README.md/a/b'])).toThrow('Cannot write below README.md: it is no folder');
  });

  test('a root that is a file, or below one, is refused', () => {
    writeFileSync(join(box, 'file'), '');
    expect(() => checkContained(join(box, 'file'), ['a'])).toThrow('is no folder');
    expect(() => checkContained(join(box, 'file', 'deep'), ['a'])).toThrow('is no folder');
  });
});

test('the survey tells which files are there and the highest part that is missing', () => {
  const found = survey(root, ['README.md', 'src/shop/a.py', 'src/new/deep/b.py', 'c.txt']);
  expect(Object.fromEntries(found)).toEqual({
    'README.md': { exists: true, top: 'README.md' },
    'src/shop/a.py': { exists: false, top: 'src/shop/a.py' },
    'src/new/deep/b.py': { exists: false, top: 'src/new' },
    'c.txt': { exists: false, top: 'c.txt' },
  });
});
