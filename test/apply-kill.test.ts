import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { apply } from '../src/plan/apply.ts';
import type { Disk } from '../src/plan/disk.ts';
import { recover } from '../src/plan/recover.ts';
import type { Write } from '../src/plan/write.ts';
import { countSteps, type Fault, faulty, fullDisk, watched } from './support/faulty-disk.ts';
import { lay, snapshot } from './support/snapshot.ts';

const OLD = {
  'shop/README.md': 'mine\n',
  'shop/app.py': 'app = 1\n',
  'shop/old/one.py': '1\n',
  'shop/old/deep/two.py': '2\n',
  'shop/src/shop/__init__.py': 'old\n',
  'other/keep.txt': 'not ours\n',
};
const FRESH: Write[] = [
  { path: 'src/shop/__init__.py', content: 'new factory\n' },
  { path: 'src/shop/security/csrf.py', content: 'protect\n' },
  { path: 'deploy/nginx/site.conf', content: 'server {}\n' },
  { path: 'bin/run', content: '#!/bin/sh\n', executable: true },
  { path: 'LICENSE', content: 'free\n' },
  { path: '.dewar/project.json', content: '{}\n' },
  { path: '.dewar/base/LICENSE.base', content: 'free\n' },
];
const REPLACING: Write[] = [
  ...FRESH,
  { path: 'README.md', content: 'theirs\n' },
  { path: 'app.py', content: 'app = 2\n' },
];
const DELETING: Write[] = ['old/one.py', 'old/deep/two.py', 'app.py'].map((path) => ({ path, content: null }));

type Tree = Record<string, string>;

/** A change of one root: what is there, where it goes, what is written. */
interface Scene {
  readonly name: string;
  readonly old: Readonly<Record<string, string>>;
  readonly root: string;
  readonly writes: readonly Write[];
}
const SCENES: readonly Scene[] = [
  { name: 'a root that does not exist', old: { 'other/keep.txt': '' }, root: 'shop', writes: FRESH },
  {
    name: 'a root below folders that do not exist',
    old: { 'other/keep.txt': '' },
    root: 'a/b/shop',
    writes: FRESH.slice(0, 3),
  },
  { name: 'an empty root', old: { 'shop/': '' }, root: 'shop', writes: FRESH },
  { name: 'a root with other files, some replaced', old: OLD, root: 'shop', writes: REPLACING },
  { name: 'a root where files are deleted', old: OLD, root: 'shop', writes: DELETING },
  {
    name: 'a root where files are made, replaced and deleted',
    old: OLD,
    root: 'shop',
    writes: [...REPLACING.slice(0, -1), ...DELETING],
  },
];

// Every step is a process of its own, or a tree of its own: slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const box = mkdtempSync(join(tmpdir(), 'dewar-kill-'));
const child = join(box, 'child.mjs');
let worlds = 0;

beforeAll(async () => {
  const entry = join(import.meta.dirname, 'support', 'apply-child.ts');
  await build({ entryPoints: [entry], outfile: child, bundle: true, platform: 'node', format: 'esm' });
});
afterAll(() => rmSync(box, { recursive: true, force: true }));

describe.each(SCENES)('for $name', (scene) => {
  const { before, after, names } = measure(scene);
  const steps = names.length;

  test('SIGKILL ahead of every step, and in the middle of every write, leaves the old or the new tree', async () => {
    const outcomes: string[] = [];
    const kills = [...names, 'end'].flatMap((name, index) =>
      (name === 'write' ? ['whole', 'torn'] : ['whole']).map((how) => ({ at: index + 1, how })),
    );
    await inPairs(kills, async ({ at, how }) => {
      const world = setUp(scene);
      const writes = `${world}.json`;
      writeFileSync(writes, JSON.stringify(scene.writes));
      const finished = await run([child, join(world, scene.root), writes, String(at), how]);
      expect(finished, `step ${at}`).toBe(at > steps);
      const outcome = recover(join(world, scene.root));
      expect(recover(join(world, scene.root)), `second recovery after step ${at}`).toBe('nothing');
      outcomes.push(judge(snapshot(world), { before, after }, `${how} kill at step ${at}: ${outcome}`));
    });
    // Both ends must have been seen, or the kills missed the change.
    expect(new Set(outcomes)).toEqual(new Set(['old', 'new']));
  });

  test('a failure at any step is undone on the spot and names its cause', () => {
    for (let at = 1; at <= steps; at++) {
      const { error, root, files } = fail(at, 'fail');
      // Without an error only the log's removal can have failed, which the next command makes up for.
      if (!error) recover(root);
      expect(files(), `failure at step ${at}`).toEqual(filesOf(error ? before : after));
      expect(error ?? fullDisk()).toMatchObject({ message: expect.stringContaining('no space') });
    }
  });

  test('a disk that stays full from any step on leaves what the next command makes the old or the new tree', () => {
    for (let at = 1; at <= steps; at++) {
      const { error, root, files } = fail(at, 'fail on');
      recover(root);
      expect([filesOf(before), filesOf(after)], `full from step ${at}`).toContainEqual(files());
      expect(error ?? fullDisk()).toMatchObject({ message: expect.stringContaining('no space') });
    }
  });

  /** Only an empty folder may be left over, where it is its removal that fails: so files are compared. */
  function fail(at: number, fault: Fault): { error: unknown; root: string; files: () => Tree } {
    const world = setUp(scene);
    const root = join(world, scene.root);
    const error = attemptTo(() => apply(root, scene.writes, faulty(at, fault)));
    return { error, root, files: () => filesOf(snapshot(world)) };
  }
});

// Two faults in one change: as many runs as steps squared, so only where every kind of step occurs.
describe.each([SCENES[0], SCENES.at(-1)].filter((scene) => scene !== undefined))('twice for $name', (scene) => {
  const { before, after, names } = measure(scene);
  const steps = names.length;

  test('a death at every step, then one at every step of the recovery, leaves the old or the new tree', () => {
    for (let first = 1; first <= steps; first++) {
      const repair = countSteps((disk) => recover(join(dead(scene, first), scene.root), disk));
      for (let second = 1; second <= repair; second++) {
        const world = dead(scene, first);
        attemptTo(() => recover(join(world, scene.root), faulty(second, 'die')));
        recover(join(world, scene.root));
        judge(snapshot(world), { before, after }, `death at step ${first}, then at step ${second} of the recovery`);
      }
    }
  });

  test('a death while a failed change is taken back leaves the old or the new tree', () => {
    for (let at = 1; at <= steps; at++) {
      const undoing = countSteps((disk) =>
        attemptTo(() => apply(join(setUp(scene), scene.root), scene.writes, failing(disk, at))),
      );
      for (let death = at; death <= undoing; death++) {
        const world = setUp(scene);
        attemptTo(() => apply(join(world, scene.root), scene.writes, failing(faulty(death, 'die'), at)));
        recover(join(world, scene.root));
        const files = filesOf(snapshot(world));
        expect([filesOf(before), filesOf(after)], `failure at step ${at}, death at ${death}`).toContainEqual(files);
      }
    }
  });
});

function judge(tree: Tree, { before, after }: { before: Tree; after: Tree }, when: string): 'old' | 'new' {
  if (JSON.stringify(tree) === JSON.stringify(after)) return 'new';
  expect(tree, when).toEqual(before);
  return 'old';
}

/** The trees that are right, and the number of steps between them. */
function measure(scene: Scene): { before: Tree; after: Tree; names: string[] } {
  const world = setUp(scene);
  const before = snapshot(world);
  const names: string[] = [];
  const disk = watched((_step, name) => names.push(name));
  apply(join(world, scene.root), scene.writes, disk);
  return { before, after: snapshot(world), names };
}

function setUp(scene: Scene): string {
  const world = join(box, `world-${worlds++}`);
  mkdirSync(world);
  lay(world, scene.old);
  return world;
}

/** A world whose change was cut off at a step, in the middle of the write if it is one. */
function dead(scene: Scene, at: number): string {
  const world = setUp(scene);
  attemptTo(() => apply(join(world, scene.root), scene.writes, faulty(at, 'die', true)));
  return world;
}

function filesOf(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([, what]) => what !== 'folder'));
}

function failing(disk: Disk, at: number): Disk {
  let step = 0;
  const entries = Object.entries(disk).map(([name, act]) => [
    name,
    (...args: unknown[]) => {
      if (++step === at) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      return (act as (...all: unknown[]) => void)(...args);
    },
  ]);
  return Object.fromEntries(entries);
}

function attemptTo(action: () => void): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}

async function inPairs<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += 2) await Promise.all(all.slice(at, at + 2).map(act));
}

/** False where the process was killed. */
function run(args: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const started = spawn(process.execPath, [...args], { stdio: 'ignore' });
    started.on('error', reject);
    started.on('close', (code) => resolve(code === 0));
  });
}
