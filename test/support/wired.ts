import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readApp } from '../../src/flask/read.ts';
import { type WireOptions, wire } from '../../src/flask/wire.ts';
import type { Wired } from '../../src/flask/workbench.ts';
import type { RegisterChange, SettingChange, SpliceChange } from '../../src/mitigation.ts';
import { applySplices } from '../../src/source/splice.ts';
import { sourceOf } from '../../src/source/text.ts';

/** Wires changes into the app below a folder, for real; gives what was planned. */
export async function wireInto(
  root: string,
  changes: readonly (RegisterChange | SettingChange)[],
  options?: WireOptions,
): Promise<Wired> {
  const wired = await wire(await readApp(root), changes, options);
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

export const csrf: RegisterChange = {
  kind: 'register',
  module: 'csrf',
  instance: { module: 'flask_wtf.csrf', name: 'CSRFProtect', as: 'csrf' },
  order: 50,
  why: 'Every request that changes something is checked.',
};

export const sessions: RegisterChange = {
  kind: 'register',
  module: 'sessions',
  instance: { module: 'flask_session', name: 'Session', as: 'server_session' },
  order: 40,
  why: 'Session data stay on the server.',
};

/** A setting of a tier. */
export function setting(key: string, value: string, tier: SettingChange['tier'] = 'base'): SettingChange {
  return { kind: 'setting', key, tier, value, why: `${key} matters.` };
}
