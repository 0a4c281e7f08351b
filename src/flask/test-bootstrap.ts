import type { SpliceChange } from '../mitigation.ts';
import type { PyImport } from '../python/model.ts';
import { lineStart, nextLine } from '../source/text.ts';
import type { AppFacts } from './facts.ts';
import type { Module } from './project.ts';

const why = "The app's own tests run in the tier that is made for them: see tier() in the security package.";
const line = 'os.environ.setdefault("APP_ENV", "testing")';

/**
 * Names the tier where the app's own tests begin: in their conftest.py, else in each test module that imports the app,
 * before that import. Files that name it already are left alone.
 */
export function bootstrapTests(app: AppFacts): SpliceChange[] {
  const tests = [...app.modules.values()].filter(({ role, path }) => role === 'test' && /\.py$/.test(path));
  return starts(tests, app).flatMap((module) => {
    const { text } = module.source;
    return text.includes('APP_ENV') ? [] : [bootstrap(module, app)];
  });
}

/** Pytest reads every conftest.py before the tests beside it; the ones farthest up come first. */
function starts(tests: readonly Module[], app: AppFacts): readonly Module[] {
  const shared = tests.filter(({ path }) => /(^|\/)conftest\.py$/.test(path));
  const top = shared.filter(({ path }) => !shared.some((other) => other.path !== path && below(path, other.path)));
  const covered = (path: string): boolean => top.some((each) => below(path, each.path));
  const alone = tests.filter((each) => {
    if (top.includes(each)) return false;
    return ownImports(each, app).length > 0 && (!covered(each.path) || runsItself(each));
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

function ownImports(module: Module, app: AppFacts): readonly PyImport[] {
  const own = new Set([...app.modules.values()].flatMap(({ role, name }) => (role === 'test' ? [] : [name])));
  return module.imports.filter(({ typing, target, module: from }) => {
    return !typing && [target, from].some((name) => own.has(app.resolve(name)) || own.has(name));
  });
}

/** An import of anything of the repository, such as fixtures that import the app in turn. */
function leadsToApp({ module: from, target }: PyImport, app: AppFacts): boolean {
  const [name] = (from || target).split('.');
  return from.startsWith('.') || [...app.modules.values()].some((each) => each.name.split('.')[0] === name);
}

/** Before the first import of the app's own modules, behind whatever is imported above it. */
function bootstrap(module: Module, app: AppFacts): SpliceChange {
  const { source } = module;
  const top = module.imports.filter(({ scope, typing }) => scope === '' && !typing);
  const first = top.find((each) => leadsToApp(each, app));
  const last = top.at(-1);
  const start = first ? lineStart(source, first.step.start) : last ? nextLine(source, last.step.end) : head(module);
  const known = top.some(({ target, local, start: at }) => target === 'os' && local === 'os' && at < start);
  const open = start === source.text.length && start > 0 && !source.text.endsWith('\n');
  const lines = [...(open ? [''] : []), ...(known ? [] : ['import os']), '', line, ''];
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
