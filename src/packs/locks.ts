import { normalName } from '../deploy/requirement.ts';
import type { LockTable } from '../plan/lock.ts';
import type { DeclaredChange } from './changes.ts';
import { type Contents, textOf } from './contents.ts';
import { fault } from './fault.ts';

const file = 'locks.json';

/**
 * The table of locks with the packages that a pack brings; where both have one, Dewar's stays, so that its repairs reach
 * every app.
 * @throws DewarError where the pack's table is none.
 */
export function locksOver(base: () => LockTable, contents: Contents): () => LockTable {
  if (!contents.has(file)) return base;
  const own = tableIn(contents);
  return () => {
    const { python, packages } = base();
    return { python, packages: { ...own, ...packages } };
  };
}

/**
 * Refuses a package whose hashes nobody knows, with the place that asks for it.
 * @throws DewarError where a package of a change is in no table.
 */
export function refuseUnlocked(changes: readonly DeclaredChange[], { packages }: LockTable): void {
  for (const { change, spot } of changes) {
    if (change.kind !== 'package' || Object.hasOwn(packages, normalName(change.name))) continue;
    throw fault(spot, `no hashes are known for ${change.name}: write ${file} with "dewar pack lock"`);
  }
}

function tableIn(contents: Contents): LockTable['packages'] {
  let table: unknown;
  try {
    table = JSON.parse(textOf(contents, file));
  } catch (error) {
    throw fault({ file, line: 1 }, `it cannot be parsed: ${(error as Error).message}`);
  }
  const packages = (table as Partial<LockTable> | null)?.packages;
  if (typeof packages !== 'object' || packages === null) throw fault({ file, line: 1 }, 'it has no packages');
  for (const [name, locked] of Object.entries(packages))
    if (!isLocked(locked)) throw fault({ file, line: 1 }, `${name} is no entry of a table of locks`);
  return packages;
}

function isLocked(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { version, sha256, requires = {}, extras = {} } = value as Readonly<Record<string, unknown>>;
  const hashed = typeof sha256 === 'string' && /^[0-9a-f]{64}(?: [0-9a-f]{64})*$/.test(sha256);
  return (
    hashed && /^[\w.]+$/.test(String(version)) && isEdges(requires) && Object.values(Object(extras)).every(isEdges)
  );
}

function isEdges(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const pairs = Object.entries(value);
  return pairs.every(
    ([name, marker]) => /^[\w.,[\]-]+$/.test(name) && typeof marker === 'string' && !marker.includes('\n'),
  );
}
