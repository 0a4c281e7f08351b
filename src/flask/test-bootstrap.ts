import type { SpliceChange } from '../mitigation.ts';
import type { PyImport } from '../python/model.ts';
import { lineStart, nextLine } from '../source/text.ts';
import type { AppFacts } from './facts.ts';
import type { Module } from './project.ts';

const why = "The app's own tests run in the tier that is made for them: see tier() in the security package.";
const line = 'os.environ.setdefault("APP_ENV", "testing")';
const keyLine = 'os.environ.setdefault("SECRET_KEY", "a key for the tests alone")';

/**
 * Names the tier where the app's own tests begin: in their conftest.py, else in each test module that imports the app,
 * before that import. Files that name it already are left alone.
 */
export function bootstrapTests(app: AppFacts): SpliceChange[] {
  const modules = [...app.modules.values()];
  const tests = modules.filter(({ role, path }) => role === 'test' && /\.py$/.test(path));
  const own = new Set(modules.flatMap(({ role, name }) => (role === 'test' ? [] : [name])));
  const early = wantsKeyEarly(app);
  const tops = new Set(modules.map(({ name }) => name.split('.')[0] ?? ''));
  const importsApp = ({ imports }: Module): boolean => imports.some((each) => isOf(app, own, each));
  const packages = new Set(tests.filter((each) => isPackage(each) && importsApp(each)).map(({ name }) => name));
  const behindPackage = (module: Module): boolean => {
    const named = ({ module: from, target }: PyImport): boolean => packages.has(from) || packages.has(target);
    const first = module.imports.find((each) => named(each) || isOf(app, own, each));
    return first !== undefined && named(first) && !isPackage(module);
  };
  return starts(tests, (module) => importsApp(module) && !behindPackage(module)).flatMap((module) => {
    const { text } = module.source;
    return text.includes('APP_ENV') ? [] : [bootstrap(module, { tops, lines: early ? [line, keyLine] : [line] })];
  });
}

/** True where something wants the key before the defences give the tests one: while extensions start, or on import. */
function wantsKeyEarly(app: AppFacts): boolean {
  return [...app.modules.values()].some(
    ({ role, imports, calls }) =>
      role === 'production' &&
      (imports.some(({ module, target }) => /^flask_debugtoolbar\b/.test(module || target)) ||
        calls.some(
          ({ scope, target }) => scope === '' && /^itsdangerous\.(.*\.)?\w+(Serializer|Signer)$/.test(target),
        )),
  );
}

/** A package's own module runs before whoever imports from it. */
function isPackage({ path }: Module): boolean {
  return /(^|\/)__init__\.py$/.test(path);
}

/** Pytest reads every conftest.py before the tests beside it; the ones farthest up come first. */
function starts(tests: readonly Module[], importsApp: (module: Module) => boolean): readonly Module[] {
  const shared = tests.filter(({ path }) => /(^|\/)conftest\.py$/.test(path));
  const top = shared.filter(({ path }) => !shared.some((other) => other.path !== path && below(path, other.path)));
  const covered = (path: string): boolean => top.some((each) => below(path, each.path));
  const alone = tests.filter((each) => {
    if (top.includes(each)) return false;
    return importsApp(each) && (!covered(each.path) || runsItself(each));
  });
  return [...top, ...alone];
}

function below(path: string, conftest: string): boolean {
  return path.startsWith(conftest.slice(0, conftest.lastIndexOf('/') + 1));
}

/** A module that `python test_x.py` or `python -m unittest` starts knows no conftest.py. */
function runsItself({ calls }: Module): boolean {
  return calls.some(({ target }) => target === 'unittest.main');
}

/** An import of one of the app's own modules. */
function isOf(app: AppFacts, own: ReadonlySet<string>, { typing, target, module: from }: PyImport): boolean {
  return !typing && [target, from].some((name) => own.has(app.resolve(name)) || own.has(name));
}

/** An import of anything of the repository, such as fixtures that import the app in turn. */
function leadsToApp({ module: from, target }: PyImport, tops: ReadonlySet<string>): boolean {
  return from.startsWith('.') || tops.has((from || target).split('.')[0] ?? '');
}

interface Bootstrap {
  /** First parts of the names of the app's own modules. */
  readonly tops: ReadonlySet<string>;
  readonly lines: readonly string[];
}

/** Before the first import of the app's own modules, behind whatever is imported above it. */
function bootstrap(module: Module, { tops, lines: wanted }: Bootstrap): SpliceChange {
  const { source } = module;
  const top = module.imports.filter(({ scope, typing }) => scope === '' && !typing);
  const first = top.find((each) => leadsToApp(each, tops));
  const last = top.at(-1);
  const start = first ? lineStart(source, first.step.start) : last ? nextLine(source, last.step.end) : head(module);
  const known = top.some(({ target, local, start: at }) => target === 'os' && local === 'os' && at < start);
  const open = start === source.text.length && start > 0 && !source.text.endsWith('\n');
  const lines = [...(open ? [''] : []), ...(known ? [] : ['import os']), '', ...wanted, ''];
  const insert = lines
    .slice(known && start === 0 ? 1 : 0)
    .map((each) => each + source.eol)
    .join('');
  return { kind: 'splice', file: source.path, start, expected: '', insert, why };
}

/** Where a module without imports begins: behind its docstring. */
function head({ source }: Module): number {
  const docstring = /^\ufeff?(?:\s*(?:#[^\n]*)?\n)*\s*[rR]?("""|''')[\s\S]*?\1[^\n]*\n/.exec(source.text);
  return docstring ? docstring[0].length : source.text.startsWith('\ufeff') ? 1 : 0;
}
