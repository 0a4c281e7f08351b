import type { AppFacts } from './facts.ts';

/** Where the logical places of an app that Dewar did not write stand: beside the module that makes the app. */
export function layoutOf(app: Pick<AppFacts, 'sites' | 'modules'>): {
  readonly package: string;
  readonly tests: string;
} {
  const file = app.sites[0]?.file ?? '';
  const tests = [...app.modules.values()].find(({ role, path }) => role === 'test' && path.endsWith('conftest.py'));
  return { package: folderOf(file), tests: tests ? folderOf(tests.path) : 'tests' };
}

function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}
