import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { command, treeOf, yeoman } from './support/hosts.ts';
import { root } from './support/imports.ts';
import { shop } from './support/shop.ts';
import { lay } from './support/snapshot.ts';

let top: string;
let here: string;
let there: string;
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'dewar-hosts-add-')));
  [here, there] = ['command', 'yeoman'].map((name) => join(top, name)) as [string, string];
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

/** The same app twice, for either host. */
function twice(make: (folder: string) => void): void {
  for (const folder of [here, there]) make(folder);
}
const shape =
  (name: string) =>
  (folder: string): void =>
    cpSync(join(root, 'test/shapes', name), folder, { recursive: true });
const twoApps = (folder: string): void => {
  for (const name of ['one', 'two']) lay(join(folder, name), shop);
};
function commit(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@localhost', ...args], { cwd: folder });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'mine');
}
function without(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(treeOf(folder)).filter(([path]) => !path.startsWith('.git/')));
}
const failure = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'no failure',
    (error: Error) => error.message,
  );

describe('both hosts add with the same bytes', () => {
  it.each(['config-classes', 'global-app'])('all that an app of the shape %s lacks', async (name) => {
    twice(shape(name));
    const { status } = run(['add', '--all', '--yes'], here);
    expect([0, 6]).toContain(status);
    await yeoman({ namespace: 'dewar:add', cwd: there, options: { all: true, yes: true } });
    expect(treeOf(there)).toEqual(treeOf(here));
  });

  it('to one app of two, with callers that have no token', async () => {
    twice(twoApps);
    command(['add', 'csrf', '--app', 'two/app.py', '--exempt', 'save,/hook/', '--yes'], here);
    const options = { yes: true, app: 'two/app.py', exempt: 'save,/hook/' };
    await yeoman({ namespace: 'dewar:csrf', cwd: there, options });
    expect(treeOf(there)).toEqual(treeOf(here));
    expect(treeOf(there)['two/security/csrf.py']).toContain('"/hook/*"');
  });

  it('what flags say here and answers to questions there', async () => {
    twice(twoApps);
    command(['add', 'csrf', 'sessions', '--app', 'two/app.py', '--store', 'filesystem', '--yes'], here);
    const answers = { app: 'two/app.py', defences: ['csrf', 'sessions'], store: 'filesystem' };
    const { asked } = await yeoman({ namespace: 'dewar:add', cwd: there, answers });
    expect(asked).toEqual(['app', 'defences', 'store']);
    expect(treeOf(there)).toEqual(treeOf(here));
  });
});

describe('a generator that adds under Yeoman', () => {
  it('offers what the app lacks, and no more', async () => {
    shape('factory')(there);
    const { asked } = await yeoman({ namespace: 'dewar:add', cwd: there, answers: { defences: [] } });
    expect(asked).toEqual(['defences']);
    expect(treeOf(there)).toEqual(treeOf(join(root, 'test/shapes/factory')));
  });

  it('is told what to add where it may not ask', async () => {
    shape('factory')(there);
    const message = await failure(yeoman({ namespace: 'dewar:add', cwd: there, options: { yes: true } }));
    expect(message).toContain('--all');
    const both = yeoman({ namespace: 'dewar:add', cwd: there, args: ['csrf'], options: { yes: true, all: true } });
    expect(await failure(both)).toContain('leave csrf out');
  });

  it('names the way out where two apps are equally good and it may not ask', async () => {
    twoApps(there);
    const message = await failure(yeoman({ namespace: 'dewar:csrf', cwd: there, options: { yes: true } }));
    expect(message).toContain('--app one/app.py');
  });

  it('stops at changes that are not committed, unless that is allowed', async () => {
    lay(there, shop);
    commit(there);
    appendFileSync(join(there, 'requirements.txt'), 'requests\n');
    const before = without(there);
    const message = await failure(yeoman({ namespace: 'dewar:csrf', cwd: there, options: { yes: true } }));
    expect(message).toContain('requirements.txt');
    expect(message).toContain('--allow-dirty');
    expect(without(there)).toEqual(before);
    await yeoman({ namespace: 'dewar:csrf', cwd: there, options: { yes: true, allowDirty: true } });
    expect(without(there)['app.py']).toContain('security.init_app(app)');
  });

  it('leaves no marks in files where both changed the same lines', async () => {
    command(['new', 'yeoman', '--without', 'csrf', '--yes'], top);
    const file = join(there, 'src/yeoman/security/__init__.py');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/sessions\.init_app.*/, 'sessions.init_app(app)  # ours'));
    const before = treeOf(there);
    const message = await failure(yeoman({ namespace: 'dewar:csrf', cwd: there, options: { yes: true } }));
    expect(message).toContain('src/yeoman/security/__init__.py');
    expect(treeOf(there)).toEqual(before);
  });
});

/** A command that may leave steps to be done by hand. */
function run(args: readonly string[], cwd: string): { status: number } {
  try {
    command(args, cwd);
    return { status: 0 };
  } catch (error) {
    return { status: (error as { status: number }).status };
  }
}
