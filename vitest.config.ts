import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import type { Reporter, TestModule } from 'vitest/node';

/** Closes the run with one plain line that a script can read. */
const closingLine: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const count = (state: 'passed' | 'failed' | 'skipped') =>
      modules.reduce((sum, module) => sum + [...module.children.allTests(state)].length, 0);
    console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
  },
};

/** Suites that need system packages, browsers or minutes: each is a folder of `test/` and a script of its name. */
const slow = ['live', 'browser', 'scores'];

export default defineConfig(({ mode }) => ({
  test: {
    include: slow.includes(mode) ? [`test/${mode}/**/*.test.ts`] : ['test/**/*.test.ts'],
    fileParallelism: !slow.includes(mode),
    exclude: slow.includes(mode) ? [] : slow.map((suite) => `test/${suite}/**`),
    globalSetup: ['./scripts/catalog.ts'],
    // What \`add\` keeps for \`undo\` must not land in the home of whoever runs the tests.
    env: { XDG_STATE_HOME: join(import.meta.dirname, '.cache/state') },
    testTimeout: 20_000,
    hookTimeout: 120_000,
    reporters: ['default', closingLine],
  },
}));
