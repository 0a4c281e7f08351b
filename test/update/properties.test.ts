import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { catalog } from '../../src/catalog.ts';
import { newProject, planNew } from '../../src/commands/new.ts';
import { undoLast } from '../../src/commands/undo.ts';
import { updateProject } from '../../src/commands/update.ts';
import { completeAnswers } from '../../src/plan/answers.ts';
import { applySplices, type Splice } from '../../src/source/splice.ts';
import { sourceOf } from '../../src/source/text.ts';
import { afterEdit, type EditedFile, offsetOf } from '../../src/update/edits.ts';
import { cutOf } from '../../src/update/formats/formats.ts';
import { mergeLines } from '../../src/update/merge.ts';
import { mergeFile } from '../../src/update/merge-file.ts';
import type { Piece } from '../../src/update/pieces.ts';
import { reconcile } from '../../src/update/reconcile.ts';
import { changesOf } from '../support/changes.ts';
import { filesOf } from '../support/snapshot.ts';
import { catalogOf, stage, type Tree } from '../support/story.ts';

vi.setConfig({ testTimeout: 120_000 });
const updating = { dryRun: false, diff: false, allowDirty: true } as const;

const word = fc.stringMatching(/^[a-z]{1,6}$/);
const lines = fc.array(word, { maxLength: 12 }).map((all) => all.map((one) => `${one}\n`).join(''));
const tree: fc.Arbitrary<Tree> = fc.dictionary(
  fc.constantFrom('a.txt', 'b.py', 'c/d.yml', '.env.example', 'e.toml'),
  lines,
  {
    minKeys: 1,
  },
);

const spliced = (text: string, cuts: readonly (readonly [number, number, string])[]): Splice[] => {
  let at = 0;
  return cuts.flatMap(([skip, length, insert]) => {
    const start = at + skip;
    if (start + length > text.length) return [];
    at = start + length + 1;
    return [{ start, expected: text.slice(start, start + length), insert }];
  });
};
const cuts = fc.array(fc.tuple(fc.nat(6), fc.constantFrom(0, 0, 2), fc.stringMatching(/^[A-Z]{0,3}\n?$/)), {
  maxLength: 4,
});

describe('whatever was put into a file, in two steps', () => {
  it('stands where the record says, and gives the old text when it is taken out again', () => {
    fc.assert(
      fc.property(lines, cuts, cuts, (text, first, second) => {
        const from = ['csrf'];
        let before = text;
        let record: EditedFile = { after: '', splices: [] };
        const removed = new Map<string, string>();
        for (const step of [first, second.map(([skip, , insert]) => [skip, 0, insert] as const)]) {
          const splices = spliced(before, step).map((each) => ({ ...each, from }));
          const after = applySplices(sourceOf('a.txt', before), splices);
          const known = record.splices.map((splice) => ({ splice, start: offsetOf(before, splice.at) }));
          const id = String(removed.size);
          removed.set(id, before);
          record = afterEdit({ before, after, splices, known, ids: { before: id, after: '' } });
          before = after;
        }
        const back = record.splices.map(({ at, inserted, removed: gone }): Splice => {
          const old = removed.get(gone?.git ?? '') ?? '';
          const start = offsetOf(old, gone?.at ?? '1:1');
          return {
            start: offsetOf(before, at),
            expected: inserted,
            insert: gone ? old.slice(start, start + gone.length) : '',
          };
        });
        expect(applySplices(sourceOf('a.txt', before), back)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});

describe('whatever the files hold', () => {
  it('an update without a change of the template changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(tree, tree, async (old, mine) => {
        const root = await stage({ old, mine });
        const before = filesOf(root);
        expect(changesOf(await updateProject(catalogOf(old), { root, ...updating }))).toEqual([]);
        expect(filesOf(root)).toEqual(before);
        rmSync(dirname(root), { recursive: true, force: true });
      }),
      { numRuns: 25 },
    );
  });

  it('an app that nobody touched becomes what a new one is', async () => {
    await fc.assert(
      fc.asyncProperty(tree, tree, async (old, next) => {
        const root = await stage({ old, mine: {} });
        await updateProject(catalogOf(next), { root, ...updating });
        const fresh = join(dirname(root), 'fresh');
        const answers = { name: 'acme', package: 'acme', folder: '' };
        const options = { onConflict: 'fail', dryRun: false, diff: false } as const;
        await newProject(catalogOf(next), { target: fresh, answers, chosen: [], ...options });
        rmSync(join(root, '.git'), { recursive: true });
        expect(filesOf(root)).toEqual(filesOf(fresh));
        rmSync(dirname(root), { recursive: true, force: true });
      }),
      { numRuns: 25 },
    );
  });

  it('an update that is taken back leaves what was there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(tree, tree, tree), async ([old, mine, next]) => {
        const root = await stage({ old, mine });
        const before = filesOf(root);
        const { files } = await updateProject(catalogOf(next), { root, ...updating });
        // What is kept touches the record alone, and that is not remembered: an add before it can still be taken back.
        const touched = files.some(({ state }) => !['unchanged', 'keep'].includes(state));
        if (touched) await undoLast({ root, dryRun: false, diff: false });
        const others = touched ? /^\.git\// : /^\.(?:git|dewar)\//;
        const own = (all: Tree): Tree => Object.fromEntries(Object.entries(all).filter(([path]) => !others.test(path)));
        expect(own(filesOf(root))).toEqual(own(before));
        rmSync(dirname(root), { recursive: true, force: true });
      }),
      { numRuns: 25 },
    );
  });

  it('no line of the user is lost, and a conflict shows all three versions', async () => {
    const path = fc.constantFrom(
      'a.txt',
      'requirements.txt',
      '.env.example',
      'a.toml',
      'a.yaml',
      '.gitignore',
      'a.ini',
    );
    await fc.assert(
      fc.asyncProperty(path, fc.tuple(lines, lines, lines), async (name, [base, mine, next]) => {
        const { state, text } = await reconcile({ base, mine, next }, { path: name, style: 'inline' });
        if (state !== 'merged' && state !== 'conflict') return;
        const result = new Set(String(text).split('\n'));
        const own = mine.split('\n').filter((line) => !base.includes(line) && !next.includes(line));
        expect(own.filter((line) => !result.has(line))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('what merges by lines is merged as lines are, whichever side is called mine', async () => {
    await fc.assert(
      fc.asyncProperty(lines, lines, lines, async (base, mine, next) => {
        const conflicts = [mergeLines({ base, mine, next }), mergeLines({ base, mine: next, next: mine })];
        expect(conflicts[0]?.conflicts === 0).toBe(conflicts[1]?.conflicts === 0);
        if (conflicts[0]?.conflicts === 0) {
          const [one, other] = await Promise.all([
            mergeFile('a.txt', { base, mine, next }),
            mergeFile('a.txt', { base, mine: next, next: mine }),
          ]);
          expect(one).toEqual(other);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the pieces of a file', () => {
  const chosen = catalog.mitigations.map(({ id }) => id);
  const answers = completeAnswers(catalog, chosen, { name: 'Acme', package: 'acme' });

  it('are the whole file again when they are put together, for every file that Dewar writes', () => {
    const files = planNew(catalog, { answers, chosen }).filter(({ path }) => !path.startsWith('.dewar/'));
    const cut = files.filter(({ path }) => cutOf(path) !== undefined);
    expect(cut.length).toBeGreaterThan(8);
    for (const { path, content } of cut) {
      const pieces = cutOf(path)?.(String(content)) ?? [];
      expect(pieces.map(({ text }) => text).join(''), path).toBe(String(content));
      for (const piece of pieces) expect(joined(piece), `${path}: ${piece.text}`).toBe(piece.text);
    }
  });
});

/** The text of a piece, put together from what is in it. */
function joined({ text, inner, join: join_ = (texts) => texts.join('') }: Piece): string {
  return inner ? join_(inner.map(joined)) : text;
}
