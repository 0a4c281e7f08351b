import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DewarError, Exit } from '../../error.ts';
import { attempt } from '../../plan/disk.ts';
import type { FleetReport, FleetRow } from './rows.ts';

/**
 * Puts reports of parts of a fleet, and of audits and checks of the same apps, into one.
 * @throws DewarError where a file is no such report, or two of them say different things of one app.
 */
export function joinReports(cwd: string, files: readonly string[]): FleetRow[] {
  const rows = new Map<string, FleetRow>();
  for (const file of files) {
    for (const row of read(cwd, file).apps) {
      const before = rows.get(row.app);
      if (before) refuseTwice(before, row, file);
      rows.set(row.app, { ...before, ...row });
    }
  }
  return [...rows.values()].sort((a, b) => (a.app < b.app ? -1 : 1));
}

/** The same app may be in an audit and in a check; two audits of it are two apps of one name. */
function refuseTwice(before: FleetRow, row: FleetRow, file: string): void {
  const both = (['mitigations', 'update'] as const).find((part) => before[part] && row[part]);
  if (both === undefined) return;
  const what = both === 'update' ? 'checked' : 'audited';
  throw new DewarError(
    `${row.app} is ${what} twice, the second time in ${file}: check the repositories out into folders of different names.`,
    Exit.usage,
  );
}

function read(cwd: string, file: string): FleetReport {
  const text = attempt(file, () => readFileSync(resolve(cwd, file), 'utf8'));
  try {
    const report: FleetReport = JSON.parse(text);
    if (report.schema === 'dewar/fleet/1' && report.apps.every(({ app }) => typeof app === 'string')) return report;
  } catch {}
  throw new DewarError(`${file} is no report of "dewar fleet ... --output FILE.json".`, Exit.usage);
}
