import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readApp } from '../../src/flask/read.ts';
import { type Wanted, wire } from '../../src/flask/wire.ts';
import type { Wired } from '../../src/flask/workbench.ts';
import type { SpliceChange } from '../../src/mitigation.ts';
import { applySplices } from '../../src/source/splice.ts';
import { sourceOf } from '../../src/source/text.ts';

/** Wires the defences into the app below a folder, for real; gives what was planned. */
export async function wireInto(root: string, wanted?: Wanted): Promise<Wired> {
  const wired = await wire(await readApp(root), wanted);
  writeSplices(root, wired.splices);
  return wired;
}

/** Carries out splices on the files below a folder. */
export function writeSplices(root: string, splices: readonly SpliceChange[]): void {
  for (const path of new Set(splices.map(({ file }) => file))) {
    const source = sourceOf(path, readFileSync(join(root, path), 'utf8'));
    writeFileSync(
      join(root, path),
      applySplices(
        source,
        splices.filter(({ file }) => file === path),
      ),
    );
  }
}
