import type { AppFacts } from './facts.ts';

/** Where the logical places of an app that Dewar did not write stand: beside the module that makes the app. */
export function layoutOf(app: Pick<AppFacts, 'sites' | 'modules' | 'files'>): {
  readonly package: string;
  readonly tests: string;
  readonly security?: string;
} {
  const home = folderOf(app.sites[0]?.file ?? '');
  const all = [...app.modules.values()].filter(({ role }) => role === 'test').map(({ path }) => path);
  const tests = all.find((path) => path.endsWith('conftest.py')) ?? all.find((path) => /test[^/]*\.py$/.test(path));
  const free = ['security', 'hardening', 'dewar_security'].find((name) => isFree(app, home, name));
  return {
    package: home,
    tests: tests === undefined ? 'tests' : folderOf(tests),
    ...(free !== 'security' && free !== undefined && { security: free }),
  };
}

/** False where the app has a module of that name beside the one that makes it. */
function isFree({ files }: Pick<AppFacts, 'files'>, home: string, name: string): boolean {
  const path = home === '' ? name : `${home}/${name}`;
  return !files.some((file) => file === `${path}.py` || file.startsWith(`${path}/`));
}

function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}
