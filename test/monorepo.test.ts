import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../src/catalog.ts';
import { newProject } from '../src/commands/new.ts';
import { updateProject } from '../src/commands/update.ts';
import { completeAnswers } from '../src/plan/answers.ts';
import { changesOf } from './support/changes.ts';
import { command, treeOf, yeoman } from './support/hosts.ts';

const quiet = { onConflict: 'fail', dryRun: false, diff: false } as const;
const updating = { dryRun: false, diff: false, allowDirty: true } as const;
const portal = 'services/portal';
let top: string;
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'dewar-monorepo-')));
  execFileSync('git', ['init', '-q', top]);
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

describe('a new app inside a larger repository', () => {
  beforeEach(() => command(['new', portal, '--yes'], top));

  it('has its workflow at the root of the repository, which runs in its folder and for its changes', () => {
    expect(existsSync(join(top, portal, '.github'))).toBe(false);
    const workflow = parse(readFileSync(join(top, '.github/workflows/portal.yml'), 'utf8'));
    expect(workflow.defaults.run['working-directory']).toBe(portal);
    expect(workflow.on.pull_request.paths).toContain(`${portal}/**`);
    expect(workflow.name).toBe('portal');
  });

  it('is no repository of its own', () => {
    expect(existsSync(join(top, portal, '.git'))).toBe(false);
  });

  it('is updated together with its workflow', async () => {
    const root = join(top, portal);
    expect(changesOf(await updateProject(catalog, { root, ...updating }))).toEqual([]);
    const file = join(top, '.github/workflows/portal.yml');
    writeFileSync(file, `${readFileSync(file, 'utf8')}# ours\n`);
    const newer = { ...catalog.templates, 'ci/root/.github/workflows/ci.yml': 'name: newer\n' };
    const result = await updateProject({ ...catalog, templates: newer }, { root, ...updating });
    expect(changesOf(result).map(({ path }) => path)).toEqual(['../../.github/workflows/portal.yml']);
  });

  it('is the same under Yeoman', async () => {
    const other = realpathSync(mkdtempSync(join(tmpdir(), 'dewar-monorepo-')));
    execFileSync('git', ['init', '-q', other]);
    mkdirSync(join(other, portal), { recursive: true });
    await yeoman({ namespace: 'dewar:app', cwd: join(other, portal), options: { yes: true } });
    for (const tree of [portal, '.github']) expect(treeOf(join(other, tree))).toEqual(treeOf(join(top, tree)));
    rmSync(other, { recursive: true, force: true });
  });
});

describe('a second app in the same repository', () => {
  it('stands beside the first', () => {
    command(['new', portal, '--yes'], top);
    command(['new', 'services/shop', '--yes'], top);
    expect(Object.keys(treeOf(join(top, '.github'))).sort()).toEqual(['workflows/portal.yml', 'workflows/shop.yml']);
  });
});

describe('an app for GitLab inside a larger repository', () => {
  it('leaves the include in the pipeline of the repository to the user', async () => {
    const answers = completeAnswers(catalog, ['ci'], { name: 'Portal', ci: 'gitlab', folder: portal });
    const target = join(top, portal);
    const { byHand } = await newProject(catalog, { target, answers, chosen: ['ci'], ...quiet });
    expect(byHand.map(({ snippet }) => snippet)).toEqual([`include:\n  - local: /${portal}/.gitlab-ci.yml`]);
    expect(existsSync(join(target, '.gitlab-ci.yml'))).toBe(true);
  });
});
