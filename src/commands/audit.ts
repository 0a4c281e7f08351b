import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { baselineText, readBaseline } from '../audit/baseline.ts';
import { atLeast, findingsOf } from '../audit/findings.ts';
import { type Ignore, ignoresOf } from '../audit/ignore.ts';
import { formatted } from '../audit/reports/formats.ts';
import { jsonReport } from '../audit/reports/json.ts';
import { type AuditReport, audit, type Row as Judgement, withBaseline } from '../audit/run.ts';
import { type AuditSettings, type Required, readSettings } from '../audit/settings.ts';
import { atRevision } from '../audit/since.ts';
import type { State } from '../audit/states.ts';
import { suppressor } from '../audit/suppress.ts';
import { together } from '../audit/together.ts';
import { DewarError, Exit } from '../error.ts';
import { readApps } from '../flask/read.ts';
import type { Audit, Mitigation } from '../mitigation.ts';
import { attempt } from '../plan/disk.ts';
import type { Catalog } from '../plan/project.ts';
import { readRecord } from '../update/record.ts';
import { brokenPolicies } from './policies.ts';
import type { AuditRequest, Report } from './result.ts';

/**
 * Says for each mitigation whether an app has it; none of its code is run, and nothing is written but the reports asked for.
 * @throws DewarError where no Flask app is found, or a setting, a revision or a baseline cannot be understood.
 */
export async function auditProject(catalog: Catalog, request: AuditRequest): Promise<Report> {
  const { root, format = 'table', outputs = [], writeBaseline } = request;
  const settings = await readSettings(root);
  const rows = await judged(catalog);
  const whole = await auditOf(rows, root, {
    ...settings,
    ...(request.inline === false && { inline: false }),
    ...(request.app !== undefined && { app: request.app }),
  });
  const report = await narrowed(whole, rows, { ...request, settings });
  const addable = addableIn(catalog, root);
  const context = {
    ...request.table,
    addable,
    judged: rows,
    descriptions: (await import('../generated/pages.ts')).changes,
  };
  if (writeBaseline !== undefined) save(writeBaseline, baselineText(whole));
  for (const output of outputs) save(output.file, formatted(output.format, report, context));
  const failOn = request.failOn ?? settings.failOn ?? 'high';
  const failing = failOn !== 'never' && findingsOf(report).some(({ severity }) => atLeast(severity, failOn));
  const below = [
    ...shortfalls(report.mitigations, { ...settings.require, ...request.require }),
    ...(await brokenPolicies(catalog, request, whole)),
  ];
  const exit = failing || below.length > 0 ? Exit.findings : Exit.done;
  const text = formatted(format, report, context);
  return {
    text: format === 'table' ? [text, ...below].join('\n') : text,
    data: { ...jsonReport(report), required: below },
    exit,
  };
}

/** Tells what `dewar add` takes in the app at `root`. */
function addableIn(catalog: Catalog, root: string): (id: string) => boolean {
  const record = readRecord(root);
  if (record && !record.project.layout) return () => true;
  const fitting = catalog.mitigations.filter(({ fitsAnyApp }) => fitsAnyApp).map(({ id }) => id);
  return (id) => fitting.includes(id);
}

/** The mitigations that the audit can judge, with how it does. */
export async function judged(catalog: Catalog): Promise<readonly Row[]> {
  const own = (await import('../generated/audits.ts')).audits;
  const audits = Object.assign({}, own, ...(catalog.packs ?? []).map((pack) => pack.audits)) as typeof own;
  return catalog.mitigations.flatMap((mitigation) => {
    const audit = audits[mitigation.id];
    return audit ? [{ ...mitigation, ...audit }] : [];
  });
}

type Row = Mitigation & Audit;

interface Wanted extends AuditSettings {
  readonly inline?: boolean;
  readonly app?: string;
}

async function auditOf(
  rows: readonly Row[],
  root: string,
  { ignores, inline = true, app: name }: Wanted,
): Promise<AuditReport> {
  const apps = await readApps(root, name);
  if (!apps.some(({ sites }) => sites.length > 0))
    throw new DewarError(`No Flask app was found in ${root}. Name the folder of the app.`);
  const rules = rows.flatMap((row) => row.rules.map(({ id }) => id));
  const decided = [...ignores, ...(inline ? once(apps.flatMap(ignoresOf)) : [])];
  const suppress = suppressor(decided, { rules, today: new Date().toISOString().slice(0, 10) });
  return together(apps.map((app) => audit(app, rows, suppress)));
}

/** Comments in files that several apps share. */
function once(ignores: readonly Ignore[]): Ignore[] {
  return [...new Map(ignores.map((each) => [`${each.place.file}:${each.place.line}`, each])).values()];
}

/** The report without what a baseline or an earlier revision has already. */
async function narrowed(
  report: AuditReport,
  rows: readonly Row[],
  { root, app, baseline, since, settings }: AuditRequest & { readonly settings: AuditSettings },
): Promise<AuditReport> {
  const own = settings.baseline === undefined ? undefined : join(root, settings.baseline);
  const file = baseline ?? own;
  const known = file === undefined ? report : withBaseline(report, readBaseline(file), `known to ${basename(file)}`);
  if (since === undefined) return known;
  const before = await atRevision(root, since, (folder) =>
    auditOf(rows, folder, { ...settings, ...(app !== undefined && { app }) }),
  );
  return { ...withBaseline(known, findingsOf(before), `there at ${since} already`), stale: known.stale };
}

function shortfalls(rows: readonly Judgement[], required: Required): string[] {
  return Object.entries(required).flatMap(([id, wanted]) => {
    const row = rows.find((each) => each.id === id);
    if (!row) throw new DewarError(`There is no defence ${id} to require: see "dewar list".`, Exit.usage);
    const met = row.state === 'n-a' || row.state === wanted || rank(row.state) < rank(wanted);
    return met ? [] : [`${id} is ${row.state}; ${wanted} is required.`];
  });
}

/** From best to worst; what could not be decided is as bad as missing. */
function rank(state: State): number {
  return ['implemented', 'partial', 'missing'].indexOf(state === 'unknown' ? 'missing' : state);
}

function save(file: string, text: string): void {
  attempt(file, () => writeFileSync(file, text));
}
