import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { policyFaults } from '../audit/policy.ts';
import type { AuditReport } from '../audit/run.ts';
import { listFiles } from '../flask/files.ts';
import { readApps } from '../flask/read.ts';
import type { Pack } from '../pack.ts';
import type { Catalog } from '../plan/project.ts';
import { readRecord } from '../update/record.ts';
import type { AuditRequest } from './result.ts';

/** Larger files are data. */
const LARGEST = 1_000_000;

/** What the policies of packs have against an app, whatever a baseline or a comment says; nothing where there are none. */
export async function brokenPolicies(
  { packs = [] }: Catalog,
  { root, app }: AuditRequest,
  report: AuditReport,
): Promise<readonly string[]> {
  if (packs.length === 0) return [];
  const looks = packs.some(({ policy }) => policy.settings.length > 0);
  const apps = looks ? await readApps(root, app) : [];
  const answers = readRecord(root)?.project.answers ?? {};
  return policyFaults(packs, { report, apps, answers, files: textsOf(packs, root) });
}

function textsOf(packs: readonly Pack[], root: string): { path: string; text: string }[] {
  const endings = packs.flatMap(({ policy }) => policy.texts.flatMap((each) => each.in));
  if (endings.length === 0) return [];
  const wanted = listFiles(root).files.filter((path) => endings.some((ending) => path.endsWith(ending)));
  return wanted
    .filter((path) => statSync(join(root, path)).size <= LARGEST)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}
