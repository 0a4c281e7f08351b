import { rmSync } from 'node:fs';
import { posix } from 'node:path';
import { afterAll, beforeAll, describe, type ExpectStatic, expect, it } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { type Original, original, pytest } from './support/mutants.ts';
import { base } from './support/mutations/base.ts';
import { pipeline } from './support/mutations/ci.ts';
import { custody } from './support/mutations/custody.ts';
import { pages } from './support/mutations/pages.ts';
import { requests } from './support/mutations/requests.ts';
import { server } from './support/mutations/server.ts';
import { sessions } from './support/mutations/sessions.ts';
import { configuration } from './support/mutations/settings.ts';
import type { Group, Row } from './support/mutations/table.ts';
import { markup } from './support/mutations/templating.ts';

// Each row takes something from a defence of the generated app, and the tests that the app is shipped with must notice.
// `npm test` removes each defence; `npm run test:mutations` weakens them too, and looks at every other test of the app.

const groups = [
  ...base,
  ...requests,
  ...sessions,
  ...pages,
  ...configuration,
  ...server,
  ...custody,
  ...markup,
  ...pipeline,
];
const thorough = process.env['MODE'] === 'mutations';
const timeout = 3_600_000; // of all together: they wait for their turn
let app: Original;

// Nginx and Redis come as wheels, Nginx for Linux only.
describe.skipIf(process.platform !== 'linux')('the tests of the generated app', () => {
  beforeAll(() => {
    app = original();
  }, 600_000);
  afterAll(() => rmSync(app.folder, { recursive: true, force: true }));

  it('are proved for each mitigation', () => {
    const removed = groups.filter(({ removal }) => removal).map(({ mitigation }) => mitigation);
    expect(removed.sort()).toEqual(catalog.mitigations.map(({ id }) => id).sort());
  });

  it.runIf(thorough)('pass, all of them, when nothing is taken away', { timeout }, async () => {
    const { red, passed, output } = await pytest(app, ['tests']);
    expect(red, output).toEqual([]);
    expect(passed, output).toBeGreaterThan(400);
    expect(output).not.toMatch(/\d (?:errors?|skipped)\b/);
  });

  describe.concurrent.each(groups.filter(({ removal }) => thorough || removal))('$mitigation, $test', (group) => {
    const { removal, weakened } = group;
    if (removal) it(`notices that ${removal[0]}`, { timeout }, ({ expect }) => defenceIsGone(group, removal, expect));
    for (const row of thorough ? weakened : [])
      it(`notices that ${row[0]}`, { timeout }, ({ expect }) => defenceIsWeaker(group, row, expect));
  });
});

async function defenceIsGone({ test, alsoRed = [] }: Group, removal: Row, expect: ExpectStatic): Promise<void> {
  const { red, output } = await pytest(app, [thorough ? 'tests' : pathOf(test)], removal);
  expect(red, output).toEqual(thorough ? [test, ...alsoRed].sort() : [test]);
}

async function defenceIsWeaker({ test }: Group, row: Row, expect: ExpectStatic): Promise<void> {
  const { red, passed, output } = await pytest(app, [pathOf(test)], row);
  expect(red, output).toEqual([posix.basename(test)]);
  expect(passed, `The mutation is too coarse: no test passes.\n${output}`).toBeGreaterThan(0);
}

function pathOf(test: string): string {
  return test.includes('/') ? test : `tests/security/${test}`;
}
