import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { planAddition } from '../src/commands/addition.ts';
import { undoLast } from '../src/commands/undo.ts';
import { apply } from '../src/plan/apply.ts';
import { recover } from '../src/plan/recover.ts';
import type { Write } from '../src/plan/write.ts';
import { remember } from '../src/update/last-add.ts';
import { planUndo } from '../src/update/undo.ts';
import { countSteps, faulty } from './support/faulty-disk.ts';
import { lay, snapshot } from './support/snapshot.ts';

const shop = {
  'app.py':
    'import os\nfrom flask import Flask, session\n\napp = Flask(__name__)\napp.secret_key = os.environ["KEY"]\n\n\n@app.post("/")\ndef save():\n    session["saved"] = True\n    return "saved"\n',
  'requirements.txt': 'flask\n',
};
const box = mkdtempSync(join(tmpdir(), 'dewar-undo-kill-'));
const child = join(box, 'child.mjs');
let worlds = 0;
beforeAll(async () => {
  const entry = join(import.meta.dirname, 'support', 'apply-child.ts');
  await build({ entryPoints: [entry], outfile: child, bundle: true, platform: 'node', format: 'esm' });
});
afterAll(() => rmSync(box, { recursive: true, force: true }));

test('SIGKILL at any step of an `add` leaves an app that is as it was, or that `undo` makes so', {
  timeout: 240_000,
}, async () => {
  const before = snapshot(await world());
  const seen = new Set<string>();
  for (let at = 1, finished = false; !finished; at += 1) {
    const root = await world();
    finished = await killedAt(root, await addition(root), at);
    recover(root);
    const isOld = JSON.stringify(snapshot(root)) === JSON.stringify(before);
    if (!isOld) await undoLast({ root, dryRun: false, diff: false });
    seen.add(isOld ? 'as it was' : 'undone');
    expect(snapshot(root), `step ${at}`).toEqual(before);
  }
  expect(seen).toEqual(new Set(['as it was', 'undone']));
});

test('SIGKILL at any step of an `undo` leaves an app where it is finished, or can be asked for again', {
  timeout: 240_000,
}, async () => {
  const before = snapshot(await world());
  for (let at = 1, finished = false; !finished; at += 1) {
    const root = await added();
    const after = snapshot(root);
    finished = await killedAt(root, (await planUndo(root)).writes, at);
    recover(root);
    if (JSON.stringify(snapshot(root)) === JSON.stringify(after)) await undoLast({ root, dryRun: false, diff: false });
    expect(snapshot(root), `step ${at}`).toEqual(before);
  }
});

test('a disk that fills up at any step of an `undo` loses neither the app nor the way back', {
  timeout: 240_000,
}, async () => {
  const before = snapshot(await world());
  const first = await added();
  const { writes } = await planUndo(first);
  const steps = countSteps((disk) => apply(first, writes, disk));
  for (let at = 1; at <= steps; at += 1) {
    const root = await added();
    const after = snapshot(root);
    const { writes: own } = await planUndo(root);
    try {
      apply(root, own, faulty(at, 'fail on'));
    } catch (error) {
      expect((error as Error).message).toContain('no space');
    }
    recover(root);
    if (JSON.stringify(snapshot(root)) === JSON.stringify(after)) await undoLast({ root, dryRun: false, diff: false });
    expect(snapshot(root), `step ${at}`).toEqual(before);
  }
});

async function world(): Promise<string> {
  const root = join(box, `world-${worlds++}`);
  mkdirSync(root);
  lay(root, shop);
  return root;
}

async function addition(root: string): Promise<readonly Write[]> {
  const { writes } = await planAddition(catalog, { root, ids: ['csrf'], answers: {} });
  remember({ root, folder: '' }, ['csrf'], writes);
  return writes;
}

async function added(): Promise<string> {
  const root = await world();
  apply(root, await addition(root));
  return root;
}

/** Whether the change was finished before its process was killed ahead of a step. */
async function killedAt(root: string, writes: readonly Write[], at: number): Promise<boolean> {
  const file = `${root}.json`;
  writeFileSync(file, JSON.stringify(writes));
  return new Promise((resolve) => {
    spawn(process.execPath, [child, root, file, String(at), 'whole']).once('exit', (code) => resolve(code === 0));
  });
}
