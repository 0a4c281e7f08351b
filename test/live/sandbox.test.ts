import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDefaultApp } from '../support/default-app.ts';
import { root } from '../support/imports.ts';
import { lockedEnvironment } from '../support/locked.ts';
import { run } from '../support/python.ts';

// What a template from outside can cost a server, measured by the operating system.

type Cost = readonly [refused: boolean, seconds: number, kibibytes: number];

let top: string;
let costs: Record<string, Cost>;
beforeAll(async () => {
  top = await makeDefaultApp();
  const app = join(top, 'app');
  const python = join(lockedEnvironment(readFileSync(join(app, 'requirements/dev.txt'), 'utf8')), 'python');
  const env = { PATH: process.env['PATH'], PYTHONPATH: `${join(app, 'src')}:${app}` };
  costs = JSON.parse(run(python, [join(root, 'test/support/sandbox_cost.py')], { cwd: app, env }));
}, 600_000);
afterAll(() => rmSync(top, { recursive: true, force: true }));

const which = (isWrong: (cost: Cost) => boolean): [string, Cost][] =>
  Object.entries(costs).filter(([, cost]) => isWrong(cost));

describe('a bomb in the sandbox', () => {
  it('is refused, each of them', () => {
    expect(Object.keys(costs).length).toBeGreaterThan(50);
    expect(which(([refused]) => !refused)).toEqual([]);
  });

  it('takes at most a second of a processor and 32 MiB', () => {
    const dear = which(([, seconds, kibibytes]) => seconds > 1 || kibibytes > 32 * 1024);
    expect(dear.filter(([bomb]) => bomb !== 'all at once')).toEqual([]);
  });

  it('takes no more memory for each of eight threads', () => {
    expect(costs['all at once']?.[2]).toBeLessThan(8 * 32 * 1024);
  });
});
