import { join } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import type { PackageChange } from '../mitigation.ts';
import type { ReadPack } from '../packs/layer.ts';
import { ownMitigations } from '../packs/mitigations.ts';
import { lockTable } from '../packs/uv-lock.ts';
import { apply } from '../plan/apply.ts';
import type { Catalog } from '../plan/project.ts';
import type { Report } from './result.ts';

/**
 * Writes the table of locks of a pack: what its packages need beyond Dewar's own, with versions and hashes, by uv.
 * @throws DewarError where uv is missing or finds no versions that fit.
 */
export async function packLock(catalog: Catalog, folder: string, pack: ReadPack): Promise<Report> {
  const { manifest, contents } = pack;
  const declared = [manifest, ...ownMitigations(contents, []).map((each) => each.declared)];
  const changes = declared.flatMap(({ changes: some = [] }) => some.map(({ change }) => change));
  const packages = changes.filter((change): change is PackageChange => change.kind === 'package');
  const base = catalog.locks();
  const table = await locked(packages, base);
  const own = Object.fromEntries(
    Object.entries(table.packages).filter(([name]) => !Object.hasOwn(base.packages, name)),
  );
  apply(folder, [
    { path: 'locks.json', content: `${JSON.stringify({ python: table.python, packages: own }, null, 2)}\n` },
  ]);
  const names = Object.keys(own);
  const text = `${join(folder, 'locks.json')}: ${names.join(', ') || 'nothing that Dewar does not lock already'}.`;
  return { text, data: { folder, packages: names }, exit: Exit.done };
}

async function locked(packages: readonly PackageChange[], base: ReturnType<Catalog['locks']>): Promise<typeof base> {
  try {
    return await lockTable(packages, base);
  } catch (error) {
    const { code, shortMessage } = error as { code?: string; shortMessage?: string };
    const why =
      code === 'ENOENT' ? 'there is no uv; install it (https://docs.astral.sh/uv/)' : (shortMessage ?? String(error));
    throw new DewarError(`The packages cannot be locked: ${why}.`);
  }
}
