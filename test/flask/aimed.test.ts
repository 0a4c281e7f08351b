import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readAimed } from '../../src/commands/aim.ts';
import { lazily, replaced } from '../../src/flask/lazily.ts';
import { tree } from '../support/tree.ts';

const app = 'from flask import Flask\n\napp = Flask(__name__)\n';

it('works out no facts of the app that is meant before somebody asks for them', async () => {
  const facts = await readAimed({ root: tree({ 'app.py': app }) });
  const { deploy, flows, sites } = Object.getOwnPropertyDescriptors(facts);
  expect([deploy.get, flows.get]).not.toContain(undefined);
  expect(sites.value).toHaveLength(1);
});

it('replaces one fact and leaves the others as they are', () => {
  const asked: string[] = [];
  const facts = lazily<{ a: number; b: number }>({ a: () => asked.push('a'), b: () => asked.push('b') });
  const other = replaced(facts, { b: 7 });
  expect([other.b, asked]).toEqual([7, []]);
  expect([other.a, asked]).toEqual([1, ['a']]);
});

it('reads an app again as it is by then', async () => {
  const root = tree({ 'app.py': app, 'views.py': 'from app import app\n' });
  const first = await readAimed({ root });
  writeFileSync(join(root, 'app.py'), `${app}\n\n@app.get("/new")\ndef new():\n    return "new"\n`);
  const second = await readAimed({ root });
  expect([first.routes.length, second.routes.length]).toEqual([0, 1]);
  expect(second.modules.get('views.py')?.calls).toBe(first.modules.get('views.py')?.calls);
});
