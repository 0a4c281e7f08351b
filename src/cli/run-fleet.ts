import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { fleetOf } from '../commands/fleet/find.ts';
import { type FleetFormat, fleetTable, formattedFleet, lacks } from '../commands/fleet/formats.ts';
import { joinReports } from '../commands/fleet/join.ts';
import { type FleetRow, rowOf } from '../commands/fleet/rows.ts';
import { Exit } from '../error.ts';
import { attempt } from '../plan/disk.ts';
import type { Options } from './arguments.ts';
import { oneOf, usage } from './coerce.ts';
import { poolOf } from './pool.ts';
import { progressBar } from './progress-bar.ts';
import type { Run } from './run.ts';

const words = ['audit', 'update', 'join'] as const;

/** `dewar fleet`: one report about many apps, or of several reports. */
export async function runFleet(run: Run, options: Options, [first = '', ...paths]: readonly string[]): Promise<number> {
  const word = oneOf(first, words, 'dewar fleet');
  if (paths.length === 0) throw usage(`dewar fleet ${word} needs PATH: folders, or a file that lists some.`);
  if (word === 'update' && !options.check)
    throw usage('dewar fleet update only looks: write --check. Update each app by "dewar update" in its repository.');
  const outputs = (options.output ?? []).map((file) => ({ file: resolve(run.io.cwd, file), format: formatOf(file) }));
  const rows = word === 'join' ? joinReports(run.io.cwd, paths) : await look(run, word === 'audit', { paths, options });
  for (const { file, format } of outputs) attempt(file, () => writeFileSync(file, formattedFleet(format, rows)));
  const exit = exitFor(rows);
  run.say.data('fleet', { exit, apps: rows });
  run.say.text(fleetTable(rows));
  return exit;
}

interface Seen {
  readonly paths: readonly string[];
  readonly options: Options;
}

async function look({ io, wiring }: Run, isAudit: boolean, { paths, options }: Seen): Promise<FleetRow[]> {
  const apps = fleetOf(io.cwd, paths);
  const bar = progressBar(io, apps.length, options.quiet === true || options.json === true);
  const pool = poolOf(apps.length, wiring);
  try {
    return await pool.map(apps, async (ask, app) => {
      const flags = isAudit ? ['audit', app, '--json'] : ['update', app, '--check', '--json'];
      const row = rowOf(app, await ask(flags, io.cwd));
      bar.step(app);
      const dewar = row.dewar ?? writtenBy(resolve(io.cwd, app));
      return dewar === undefined ? row : { ...row, dewar };
    });
  } finally {
    bar.end();
    await pool.close();
  }
}

/** The version in the record of an app; what is wrong with a record the check says. */
function writtenBy(root: string): string | undefined {
  const file = join(root, '.dewar/project.json');
  try {
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).dewar : undefined;
  } catch {
    return undefined;
  }
}

function formatOf(file: string): FleetFormat {
  const format = extname(file).slice(1).toLowerCase();
  if (format === 'json' || format === 'html' || format === 'csv') return format;
  throw usage(`--output ${file}: let its name end in .json, .html or .csv.`);
}

function exitFor(rows: readonly FleetRow[]): number {
  if (rows.some(({ error }) => error !== undefined)) return Exit.error;
  if (rows.some(isShort)) return Exit.findings;
  return rows.some(({ update }) => (update?.files ?? 0) > 0) ? Exit.updateAvailable : Exit.done;
}

function isShort(row: FleetRow): boolean {
  return (row.findings?.high ?? 0) > 0 || lacks(row).length > 0 || row.broken !== undefined;
}
