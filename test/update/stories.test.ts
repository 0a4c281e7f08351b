import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { planUpdateOf, recordAt, updateProject } from '../../src/commands/update.ts';
import { apply } from '../../src/plan/apply.ts';
import { recover } from '../../src/plan/recover.ts';
import type { Write } from '../../src/plan/write.ts';
import { changesOf } from '../support/changes.ts';
import { countSteps, faulty } from '../support/faulty-disk.ts';
import { snapshot } from '../support/snapshot.ts';
import { catalogOf, type Story, stage } from '../support/story.ts';
import { stories } from './stories.ts';

const updating = { dryRun: false, diff: false } as const;
vi.setConfig({ testTimeout: 60_000 });

it('tells at least forty stories', () => {
  expect(new Set(stories.map(({ name }) => name)).size).toBeGreaterThanOrEqual(40);
});

describe.each(stories)('$name', (story) => {
  it('ends as it must, and a second update has nothing to do', async () => {
    const root = await stage(story);
    try {
      const result = await updateProject(catalogOf(story.next), { root, ...updating });
      const found = Object.fromEntries(changesOf(result).map(({ path, state }) => [path, state]));
      expect(found).toEqual(story.states);
      for (const [path, text] of Object.entries(story.after)) expect(textAt(root, path), path).toBe(text);
      if (!Object.values(story.states).includes('conflict'))
        expect(changesOf(await updateProject(catalogOf(story.next), { root, ...updating, allowDirty: true }))).toEqual(
          [],
        );
    } finally {
      rmSync(dirname(root), { recursive: true, force: true });
    }
  });

  it('is killed in the middle, and the next run makes up for it', async () => {
    const whole = await finished(story);
    const steps = whole.steps;
    const middle = [1, steps >> 2, steps >> 1, (steps * 3) >> 2].filter((step) => step > 0 && step < steps);
    for (const at of new Set(middle)) {
      const root = await stage(story);
      const { writes } = await planUpdateOf(catalogOf(story.next), recordAt(root), { root });
      die(root, writes, at);
      if (recover(root) !== 'completed') await updateProject(catalogOf(story.next), { root, ...updating });
      expect(treeOf(root), `step ${at} of ${steps}`).toEqual(whole.tree);
      rmSync(dirname(root), { recursive: true, force: true });
    }
  });
});

/** Ends a change at a step; what fails while it tidies up is not told, so the steps say that there was something left. */
function die(root: string, writes: readonly Write[], at: number): void {
  try {
    apply(root, writes, faulty(at, 'die'));
  } catch (error) {
    expect((error as Error).message).toContain('no space');
  }
}

/** The tree of a run that nobody disturbed, and in how many steps it was made. */
async function finished(story: Story): Promise<{ tree: Record<string, string>; steps: number }> {
  const root = await stage(story);
  const { writes } = await planUpdateOf(catalogOf(story.next), recordAt(root), { root });
  const steps = countSteps((disk) => apply(root, writes, disk));
  const tree = treeOf(root);
  rmSync(dirname(root), { recursive: true, force: true });
  return { tree, steps };
}

function treeOf(root: string): Record<string, string> {
  return Object.fromEntries(Object.entries(snapshot(root)).filter(([path]) => !/^\.git(\/|$)/.test(path)));
}

function textAt(root: string, path: string): string | null {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}
