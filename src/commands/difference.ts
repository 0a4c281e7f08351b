import { Exit } from '../error.ts';
import { unifiedDiff } from '../plan/diff.ts';
import type { Catalog } from '../plan/project.ts';
import { fromApp, type Home } from '../plan/repository.ts';
import { type Wiring, wiringOf } from '../update/edited.ts';
import { firstLine } from '../update/edits.ts';
import { bytesAt } from '../update/last-add.ts';
import { mineReader } from '../update/mine.ts';
import type { Aim } from './aim.ts';
import { renderedFor } from './rendered.ts';
import type { Report } from './result.ts';
import { recordAt } from './update.ts';

/** How a file of the app stands to what Dewar would write. */
interface Difference {
  readonly path: string;
  /** `missing` where the app does not have it, `other` where something stands there that is no text. */
  readonly state: 'edited' | 'missing' | 'other';
  /** From Dewar's text to the one in the app. */
  readonly diff: string;
}

/**
 * How an app differs from what this Dewar would write for it today, whatever was changed by whom.
 * @throws DewarError where there is no record that can be read.
 */
export async function differenceOf(catalog: Catalog, aim: Aim): Promise<Report> {
  const { root } = aim;
  const { home, files } = await renderedFor(catalog, aim, recordAt(root));
  const wiring = wiringOf(root);
  const mineOf = mineReader(home);
  const differences = files.flatMap(({ path, text, bytes }): Difference[] => {
    const shown = fromApp(home.folder, path);
    if (bytes) return otherBytes(home, { path, bytes }, shown);
    const mine = mineOf(path);
    if (mine === text) return [];
    if (typeof mine === 'object') return [{ path: shown, state: 'other', diff: '' }];
    const state = mine === undefined ? 'missing' : 'edited';
    return [{ path: shown, state, diff: unifiedDiff(shown, text, mine ?? null) }];
  });
  const text = differences.map(({ diff, path, state }) => diff || `${path} is ${said[state]}.\n`).join('');
  const lines = [text.trimEnd(), ...wiringLines(wiring)].filter((line) => line !== '');
  return { text: lines.join('\n'), data: { root, files: differences, wiring }, exit: Exit.done };
}

const said = { edited: 'edited', missing: 'not there', other: 'another file, and no text' } as const;

function otherBytes(home: Home, { path, bytes }: { path: string; bytes: Uint8Array }, shown: string): Difference[] {
  const mine = bytesAt(home, path);
  if (mine?.equals(bytes)) return [];
  return [{ path: shown, state: mine ? 'other' : 'missing', diff: '' }];
}

/** What is no longer in the app's own files as `add` put it there, a line each. */
export function wiringLines(wiring: readonly Wiring[]): string[] {
  return wiring
    .filter(({ state }) => state !== 'whole')
    .map(({ path, at, from, inserted, state }) => {
      const [line] = inserted.trim().split('\n');
      const what = line === undefined || line === '' ? '' : `: ${line}`;
      return `${path}:${firstLine(at, inserted)}: what "dewar add" put here (${from.join(', ')}) was ${state} since${what}`;
    });
}
