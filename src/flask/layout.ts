import type { AppFacts } from './facts.ts';
import { boundNames } from './own-names.ts';

/** Where the logical places of an app that Dewar did not write stand: beside the module that makes the app. */
export function layoutOf(app: Pick<AppFacts, 'sites' | 'modules' | 'files'>): {
  readonly package: string;
  readonly tests: string;
  readonly security?: string;
} {
  const home = folderOf(app.sites[0]?.file ?? '');
  const all = [...app.modules.values()].filter(({ role }) => role === 'test').map(({ path }) => path);
  const tests = all.find((path) => path.endsWith('conftest.py')) ?? all.find((path) => /test[^/]*\.py$/.test(path));
  const free = names.find((name) => isFree(app, home, name));
  return {
    package: home,
    tests: tests === undefined ? 'tests' : folderOf(tests),
    ...(free !== 'security' && free !== undefined && { security: free }),
  };
}

/** What the package of the defences is called: the first of these that is free. */
const names = ['security', 'hardening', 'dewar_security', 'dewar_hardening', 'dewar_defences'];

/**
 * False where the app has a module of that name beside the one that makes it, or where its package has something else by
 * that name: `from . import security` gives the latter.
 */
function isFree({ files, modules }: Pick<AppFacts, 'files' | 'modules'>, home: string, name: string): boolean {
  const path = home === '' ? name : `${home}/${name}`;
  if (files.some((file) => file === `${path}.py` || file.startsWith(`${path}/`))) return false;
  const own = home === '' ? undefined : modules.get(`${home}/__init__.py`);
  return own === undefined || !boundNames([own]).has(name);
}

function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}
