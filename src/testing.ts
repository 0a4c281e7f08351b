import { resolve } from 'node:path';
import { catalog } from './catalog.ts';
import type { Migration } from './migration.ts';
import type { Mitigation } from './mitigation.ts';
import { packProblems } from './packs/check.ts';
import { withCode } from './packs/code.ts';
import { hashOf, readFolder } from './packs/contents.ts';
import { mitigationProblems } from './packs/contract.ts';
import { readManifest } from './packs/manifest.ts';
import { migrationProblems } from './packs/migrations.ts';
import { completeAnswers } from './plan/answers.ts';

export type { Migration } from './migration.ts';
export type {
  Answers,
  Audit,
  ByHand,
  Change,
  Evidence,
  Finding,
  Mitigation,
  PlanContext,
  Question,
  Rule,
} from './mitigation.ts';
export type { Hook, Pack, PackOrigin, Policy } from './pack.ts';

/**
 * Lays the pack in a folder over Dewar and says what is wrong with it, one sentence each with file and line; an empty
 * list where all is well. Code of the pack runs: check only packs of your own.
 */
export async function checkPack(folder: string): Promise<readonly string[]> {
  try {
    const contents = readFolder(resolve(folder));
    const manifest = readManifest(contents);
    const { name, version } = manifest;
    const origin = { name, version, source: folder, hash: hashOf(contents) };
    const pack = await withCode({ contents, manifest, origin }, { env: {}, given: [origin.hash] });
    return await packProblems(catalog, pack);
  } catch (error) {
    return [(error as Error).message];
  }
}

/**
 * Holds a mitigation that is code against the contract that Dewar's own keep: title, threats, questions, and a plan whose
 * every change is complete. `templates` are the paths of its templates, such as `package/security/tracing.py`; its
 * migrations are run on imports of the names that they move.
 */
export async function checkMitigation(
  mitigation: Mitigation,
  templates: readonly string[],
  migrations: readonly Migration[] = [],
): Promise<readonly string[]> {
  const grown = {
    ...catalog,
    mitigations: [...catalog.mitigations.filter(({ id }) => id !== mitigation.id), mitigation],
  };
  const chosen = grown.mitigations.map(({ id }) => id);
  const answers = completeAnswers(grown, chosen, { directory: 'acme-portal' });
  const problems = mitigationProblems(mitigation, { templates, slots: new Set(catalog.slots()), answers, chosen });
  return [...problems, ...(await migrationProblems(migrations, templates))];
}
