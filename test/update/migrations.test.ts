import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { updateProject } from '../../src/commands/update.ts';
import { migrations } from '../../src/generated/migrations.ts';
import { migrate, stepsBetween } from '../../src/update/migrate.ts';
import { root } from '../support/imports.ts';
import { lockedEnvironment } from '../support/locked.ts';
import { lay } from '../support/snapshot.ts';
import { tree } from '../support/tree.ts';

/** The version that this Dewar says that it is. */
const dewar = vi.hoisted(() => ({ version: '0.1.0' }));
vi.mock('../../src/version.ts', () => ({
  get version() {
    return dewar.version;
  },
}));

const code = 'src/acme_portal/shop/mails.py';
const due = stepsBetween(migrations, '0.1.0', '0.2.0');
const following = { package: 'acme_portal', managed: new Set<string>() } as const;

describe('a step from one version to the next', () => {
  it.each([
    [
      'from ..security.sandbox import RefusedTemplateError\n',
      'from ..security.sandbox_limits import RefusedTemplateError\n',
    ],
    [
      'from acme_portal.security.session_state import encode, decode\n',
      'from acme_portal.security.session_format import encode, decode\n',
    ],
    [
      'def f():\n    from ..security.stores.redis import (\n        connect,  # ours\n    )\n',
      'def f():\n    from ..security.stores.redis_client import (\n        connect,  # ours\n    )\n',
    ],
    ['from ..security.sandbox import MAX_STEPS as most\n', 'from ..security.sandbox_limits import MAX_STEPS as most\n'],
  ])('lets %j follow', async (before, after) => {
    const app = tree({ [code]: `"""Ours."""\r\n${before}` });
    const { edited, byHand } = await migrate(due, { ...following, root: app });
    expect(edited).toEqual([{ path: code, before: `"""Ours."""\r\n${before}`, after: `"""Ours."""\r\n${after}` }]);
    expect(byHand).toEqual([]);
  });

  it.each([
    'from ..security.sandbox import render\n',
    'from other.security.sandbox import MAX_STEPS\n',
    'from .security.sandbox import MAX_STEPS\n',
    'from .....security.sandbox import MAX_STEPS\n',
    'import acme_portal\n',
  ])('leaves %j alone', async (text) => {
    expect(await migrate(due, { ...following, root: tree({ [code]: text }) })).toEqual({ edited: [], byHand: [] });
  });

  it('leaves an import of which only a part moved to a person, with its place', async () => {
    const app = tree({ [code]: 'from ..security.sandbox import MAX_STEPS, render\n' });
    const { edited, byHand } = await migrate(due, { ...following, root: app });
    expect(edited).toEqual([]);
    expect(byHand).toMatchObject([
      { from: 'templating', place: { file: code, line: 1 }, what: expect.stringContaining('security.sandbox_limits') },
    ]);
  });

  it('is taken once, in the order of the versions, and not for a version that has it', () => {
    const step = (to: string) => ({ to, what: '', moved: {} });
    const steps = { b: [step('0.3.0'), step('0.10.0')], a: [step('0.2.0'), step('0.1.0')] };
    const versions = (from: string, to: string) => stepsBetween(steps, from, to).map((each) => each.step.to);
    expect(versions('0.1.0', '0.10.0')).toEqual(['0.2.0', '0.3.0', '0.10.0']);
    expect(versions('0.2.0', '0.3.0')).toEqual(['0.3.0']);
    expect(versions('0.3.0', '0.3.0')).toEqual([]);
  });
});

describe('the app that 0.1.0 wrote', () => {
  it('has every name that moved where the step looks for it, and then where the step says', async () => {
    const app = tree({});
    cpSync(join(root, 'test/fixtures/0.1.0/acme-portal'), app, { recursive: true });
    const moved = Object.values(migrations).flatMap((steps) => steps.flatMap((step) => Object.entries(step.moved)));
    expect(moved.length).toBeGreaterThan(8);
    const defines = (module: string, name: string): boolean => {
      const text = readFileSync(join(app, `src/acme_portal/${module.replaceAll('.', '/')}.py`), 'utf8');
      return new RegExp(`^(?:class |def )?${name}\\b`, 'm').test(text);
    };
    const [olds, news] = [moved.map(([old]) => old), moved.map(([old, now]) => `${now}:${old.split(':')[1]}`)];
    const lost = (names: string[]): string[] =>
      names.filter((each) => !defines(...(each.split(':') as [string, string])));
    expect(lost(olds)).toEqual([]);
    await updateProject(catalog, { root: app, dryRun: false, diff: false });
    expect(lost(news)).toEqual([]);
  });

  it('is brought to the version of the step with the code of its users, which runs as before', async () => {
    const app = tree({});
    cpSync(join(root, 'test/fixtures/0.1.0/acme-portal'), app, { recursive: true });
    const own = {
      'src/acme_portal/shop/__init__.py': '',
      'src/acme_portal/shop/limits.py': 'from ..security.sandbox import MAX_STEPS as most\n\nLIMIT = most // 2\n',
      'src/acme_portal/sizes.py':
        'from acme_portal.security.sandbox import MAX_OUTPUT, MAX_SOURCE\n\nLIMIT = MAX_OUTPUT + MAX_SOURCE\n',
    };
    lay(app, own);
    const updating = { root: app, dryRun: false, diff: false };
    dewar.version = '0.2.0';
    const { files } = await updateProject(catalog, updating);
    expect(files.filter(({ state }) => state === 'edited')).toMatchObject([
      { path: 'src/acme_portal/shop/limits.py', why: 'names are in other modules now' },
      { path: 'src/acme_portal/sizes.py' },
    ]);
    expect(JSON.parse(readFileSync(join(app, '.dewar/project.json'), 'utf8')).dewar).toBe('0.2.0');
    const code =
      'from acme_portal import sizes\nfrom acme_portal.shop import limits\nprint(limits.LIMIT > 0, sizes.LIMIT > 0)';
    const programs = lockedEnvironment(readFileSync(join(app, 'requirements/dev.txt'), 'utf8'));
    const said = execFileSync(join(programs, 'python'), ['-c', code], { cwd: join(app, 'src'), encoding: 'utf8' });
    expect(said).toBe('True True\n');
    expect((await updateProject(catalog, updating)).files.filter(({ state }) => state !== 'unchanged')).toEqual([]);
  });
});
