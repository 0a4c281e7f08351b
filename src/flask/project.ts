import type { Place } from '../mitigation.ts';
import type { PyClass, PyFunction, PyModule } from '../python/model.ts';
import type { ReadPython } from '../python/reader.ts';
import { filledName } from '../source/placeholders.ts';
import { lineAt, quote, type Source } from '../source/text.ts';
import type { Role } from './facts.ts';
import { readSource, roleOf, type Tree } from './files.ts';
import { packageDirs } from './package-dirs.ts';
import { resolver } from './resolver.ts';

/** A module with what its file is for. */
export type Module = PyModule & { readonly role: Role };

/** The Python of an app; modules are read when first asked for. */
export interface Project {
  readonly tree: Tree;
  /** Modules read so far, by path. */
  readonly modules: ReadonlyMap<string, Module>;
  module(path: string): Module | undefined;
  /** Reads further modules whose text has one of these words. */
  readMentioning(words: readonly string[]): void;
  /** The module of that dotted name. */
  named(name: string): Module | undefined;
  /** What a dotted name stands for, through the imports of the app's own modules. */
  resolve(target: string): string;
  classOf(target: string): { readonly module: Module; readonly found: PyClass } | undefined;
  functionOf(target: string): { readonly module: Module; readonly found: PyFunction } | undefined;
}

/** Words of which a file about Flask has at least one. */
const relevant =
  /flask|connexion|\beve\b|init_app|create_app|\bapp\.run\(|SECRET_KEY|SESSION_|WTF_CSRF|app\.config|add_url_rule|werkzeug|\bTESTING\b|\b(gunicorn|waitress|hypercorn|cheroot)\b/i;

/** Modules, and settings that Flask reads as one. */
export const python = /\.pyw?$|(^|\/)(instance\/[^/]*|[\w-]*(config|settings)[\w-]*)\.cfg$/;

/** Pytest reads it before any test, and it may get at Flask only through what it imports. */
const conftest = /(^|\/)conftest\.py$/;

/** Opens the Python of an app and reads the modules that have to do with Flask. */
export function openProject(tree: Tree, read: ReadPython): Project {
  const paths = tree.files.filter((path) => python.test(path));
  const known = new Set(paths);
  const folders = packageDirs(tree);
  const names = new Map(paths.map((path) => [path, mapped(path, folders) ?? moduleName(path, known)]));
  const byName = index(names);
  const sources = new Map<string, Source | undefined>();
  const modules = new Map<string, Module>();
  const module = (path: string): Module | undefined => {
    const done = modules.get(path);
    if (done) return done;
    if (!sources.has(path)) sources.set(path, readSource(tree, path));
    const source = sources.get(path);
    const name = names.get(path);
    if (!source || name === undefined) return undefined;
    const opened = { ...read(source, name), role: roleOf(path) };
    if (opened.errors.length > 0) tree.unread.push({ file: path, why: partly(opened) });
    modules.set(path, opened);
    return opened;
  };
  for (const path of paths) {
    sources.set(path, readSource(tree, path));
    const isRead = conftest.test(path) || (!path.endsWith('.cfg') && relevant.test(sources.get(path)?.text ?? ''));
    if (isRead) module(path);
  }
  const named = (name: string): Module | undefined => {
    const path = byName.get(name);
    return path === undefined ? undefined : module(path);
  };
  const readMentioning = (words: readonly string[]): void => {
    for (const path of paths) if (words.some((word) => sources.get(path)?.text.includes(word))) module(path);
  };
  return { tree, modules, module, named, readMentioning, ...resolver(named) };
}

function partly(module: PyModule): string {
  const first = module.errors[0];
  return `not valid Python in line ${first ? lineAt(module.source, first.start) : 1}; the rest was read`;
}

/** Dotted name as Python sees it: from the folder above the outermost package. */
function moduleName(path: string, known: ReadonlySet<string>): string {
  const segments = path
    .replace(/\.pyw?$/, '')
    .split('/')
    .map(filledName);
  if (segments.at(-1) === '__init__') segments.pop();
  let top = path.split('/').length - 1;
  while (top > 0 && known.has([...path.split('/').slice(0, top), '__init__.py'].join('/'))) top--;
  return segments.slice(top).join('.') || '__init__';
}

/** The name of a module in a folder that is imported by another name. */
function mapped(path: string, folders: ReadonlyMap<string, string>): string | undefined {
  const folder = [...folders.keys()]
    .filter((each) => path.startsWith(`${each}/`))
    .toSorted((a, b) => b.length - a.length)[0];
  if (folder === undefined) return undefined;
  const inner = path.slice(folder.length + 1).replace(/(^|\/)__init__\.pyw?$|\.pyw?$/, '');
  return [folders.get(folder), ...inner.split('/').filter((segment) => segment !== '')].join('.');
}

/** Every dotted name under which a module can be meant; names as Python sees them win over those from the root. */
function index(names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const byName = new Map<string, string>();
  const add = (name: string, path: string): void => {
    const before = byName.get(name);
    if (before === undefined || (roleOf(before) !== 'production' && roleOf(path) === 'production'))
      byName.set(name, path);
  };
  for (const [path, name] of names) add(name, path);
  for (const path of names.keys()) {
    const segments = path
      .replace(/(\/__init__)?\.pyw?$/, '')
      .split('/')
      .map(filledName);
    for (let from = 0; from < segments.length - 1; from++) {
      const name = segments.slice(from).join('.');
      if (!byName.has(name)) byName.set(name, path);
    }
  }
  return byName;
}

/** The place of an offset of a module, as reports name it. */
export function placeAt(module: PyModule, offset: number): Place {
  return { file: module.path, line: lineAt(module.source, offset), text: quote(module.source, offset) };
}
