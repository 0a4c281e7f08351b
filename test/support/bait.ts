import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Desk, desk, manifest } from './packs.ts';
import { filesOf } from './snapshot.ts';

// Nothing outside the target is read or written, whatever a pack of data holds. Behind each case that uses this is what a
// pack might try, those behind the security fixes of copier among them: CVE-2025-55201, CVE-2026-23968, CVE-2026-23986,
// CVE-2026-53951.

export const SECRET = 'the canary outside';

/** A desk with a harmless pack, and a secret beside it. */
export function bait(more: Readonly<Record<string, string>> = {}): Desk {
  return desk({ 'acme/dewar.pack.yaml': manifest('acme'), 'outside/secret.txt': SECRET, ...more });
}

/** Runs new with the pack; it must refuse, leave everything as it was, and tell nothing of the secret. */
export async function refusal(here: Desk, ...flags: readonly string[]): Promise<string> {
  const outside = filesOf(join(here.folder, 'outside'));
  const { exit, out, err } = await here.run('new', 'shop', '--yes', '--pack', './acme', ...flags);
  expect({ exit, out }).toEqual({ exit: 2, out: '' });
  expect(err).not.toContain(SECRET);
  expect(err).not.toContain('this is a fault in Dewar');
  expect(existsSync(join(here.folder, 'shop'))).toBe(false);
  expect(filesOf(join(here.folder, 'outside'))).toEqual(outside);
  return err;
}
