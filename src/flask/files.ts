import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import { decode, type Source, sourceOf } from '../source/text.ts';
import type { Role, Unread } from './facts.ts';
import { type IgnoreLine, ignoreLines, isIgnored } from './ignored.ts';

/** Larger files are data, not code; they are reported as unread. */
const maxBytes = 1_000_000;
/** A repository above this is not read to its end. */
const maxFiles = 200_000;

const skipped = new Set(
  '.git .hg .svn .tox .nox .venv venv node_modules bower_components build dist __pycache__ site-packages .mypy_cache .pytest_cache .ruff_cache .eggs .dewar'.split(
    ' ',
  ),
);

/** The files below a root, and what was left out with its reason. */
export interface Tree {
  readonly root: string;
  /** Sorted, relative to the root, with `/`. */
  readonly files: readonly string[];
  readonly unread: Unread[];
}

/**
 * Lists an app's files; virtual environments, build copies, version control, what Git ignores and symlinks are left out.
 * @throws DewarError when the root is no folder that can be read.
 */
export function listFiles(root: string): Tree {
  if (!existsSync(root)) throw new DewarError(`There is no folder ${root}.`, Exit.usage);
  if (!statSync(root).isDirectory()) throw new DewarError(`${root} is a file; name the folder of the app.`, Exit.usage);
  const files: string[] = [];
  const unread: Unread[] = [];
  const folders: Folder[] = [{ path: '', ignored: [] }];
  for (let folder = folders.pop(); folder && files.length <= maxFiles; folder = folders.pop()) {
    const { kept, ignored, below } = opened(root, folder, unread);
    files.push(...kept.filter((entry) => entry.isFile()).map(({ name }) => below + name));
    const inner = kept.filter((entry) => entry.isDirectory() && !skipFolder(root, below + entry.name, entry.name));
    folders.push(...inner.map(({ name }) => ({ path: below + name, ignored })));
  }
  if (files.length > maxFiles)
    unread.push({ file: '.', why: `more than ${maxFiles} files; the rest was not looked at` });
  return { root, files: files.sort(), unread };
}

interface Folder {
  readonly path: string;
  /** What Git ignores here, from the root down. */
  readonly ignored: readonly IgnoreLine[];
}

/** What a folder holds that Git keeps. */
function opened(root: string, { path, ignored: outer }: Folder, unread: Unread[]) {
  const below = path === '' ? '' : `${path}/`;
  const found = entries(root, path, unread).filter((_, __, all) => path === '' || !holdsPackages(all));
  const listed = found.some(({ name }) => name === '.gitignore');
  const ignored = listed ? [...outer, ...ignoreLines(join(root, below, '.gitignore'), below)] : outer;
  const kept = found.filter((entry) => !isIgnored(below + entry.name, entry.isDirectory(), ignored));
  return { kept, ignored, below };
}

/** True for a folder into which packages were installed, whatever it is called: those are not the app's own. */
function holdsPackages(found: readonly Dirent[]): boolean {
  const names = new Set(found.map(({ name }) => name));
  const flask = ['flask', 'werkzeug', 'jinja2'].filter((name) => names.has(name)).length;
  return flask > 1 || found.filter(({ name }) => name.endsWith('.dist-info')).length > 1;
}

function entries(root: string, folder: string, unread: Unread[]): Dirent[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    if (folder === '') throw new DewarError(`The folder ${root} cannot be read: ${(error as Error).message}`);
    unread.push({ file: folder, why: 'the folder cannot be read' });
    return [];
  }
}

function skipFolder(root: string, path: string, name: string): boolean {
  return skipped.has(name) || name.endsWith('.egg-info') || existsSync(join(root, path, 'pyvenv.cfg'));
}

/** The text of a file; undefined, with an entry in `unread`, where it cannot be read as text. */
export function readSource(tree: Tree, path: string): Source | undefined {
  const leave = (why: string): undefined => {
    tree.unread.push({ file: path, why });
    return undefined;
  };
  try {
    const full = join(tree.root, path);
    if (statSync(full).size > maxBytes) return leave(`larger than ${maxBytes / 1_000_000} MB`);
    const decoded = decode(readFileSync(full));
    return 'unread' in decoded ? leave(decoded.unread) : sourceOf(path, decoded.text);
  } catch (error) {
    return leave(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`);
  }
}

const roles: readonly (readonly [RegExp, Role])[] = [
  [/(^|\/)(tests?|testing|specs?|e2e|cypress)\/|(^|\/)(test_[^/]*|[^/]*_tests?|tests?|conftest)\.py$/i, 'test'],
  [/(^|\/)(run_?dev|dev_?(server|run|app|wsgi)|local_?(run|server)|wsgi_?dev)\w*\.py$/i, 'development'],
  [/(^|\/)docs?\//i, 'docs'],
  // At the top only: a package of the app may be called so too.
  [/^(examples?|samples?|demos?)\//i, 'example'],
  [/(^|\/)(migrations|alembic)\//i, 'migration'],
  [/(^|\/)(vendor|vendored|third[_-]party|_vendor)\//i, 'vendored'],
];

/** What a file is for, by its path. */
export function roleOf(path: string): Role {
  return roles.find(([pattern]) => pattern.test(path))?.[1] ?? 'production';
}
