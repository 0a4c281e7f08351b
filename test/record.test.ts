import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { newProject } from '../src/commands/new.ts';
import { updateProject } from '../src/commands/update.ts';
import { completeAnswers } from '../src/plan/answers.ts';
import { root } from './support/imports.ts';
import { filesOf } from './support/snapshot.ts';

const quiet = { onConflict: 'fail', dryRun: false, diff: false } as const;
const updating = { dryRun: false, diff: false } as const;
const chosen = catalog.mitigations.map(({ id }) => id);
const answers = completeAnswers(catalog, chosen, { name: 'Acme Portal' });
let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'dewar-record-'));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

describe('the record of an app', () => {
  it('survives a commit and a shallow clone whole, whatever the app ignores', async () => {
    const app = join(top, 'app');
    await newProject(catalog, { target: app, answers, chosen, ...quiet });
    const git = (...args: string[]) => execFileSync('git', args, { cwd: app, stdio: 'pipe' });
    git('init', '-q');
    git('add', '-A');
    git('-c', 'user.name=a', '-c', 'user.email=a@localhost', 'commit', '-qm', 'first');
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${app}`, join(top, 'clone')]);
    rmSync(join(app, '.git'), { recursive: true });
    rmSync(join(top, 'clone/.git'), { recursive: true });
    expect(filesOf(join(top, 'clone'))).toEqual(filesOf(app));
  });
});

describe('an app that 0.1.0 wrote', () => {
  it('is brought to this version without a conflict, and is then what this version writes', async () => {
    const app = join(top, 'app');
    cpSync(join(root, 'test/fixtures/0.1.0/acme-portal'), app, { recursive: true });
    const { files } = await updateProject(catalog, { root: app, ...updating });
    expect(files.filter(({ state }) => state === 'conflict')).toEqual([]);
    await newProject(catalog, { target: join(top, 'fresh'), answers, chosen, ...quiet });
    expect(filesOf(app)).toEqual(filesOf(join(top, 'fresh')));
  });
});
