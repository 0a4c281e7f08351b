import { createHash } from 'node:crypto';
import type { AuditReport, Missing, Row } from './run.ts';
import type { State } from './states.ts';

/** The reports of several apps of one repository as one: a row is implemented where it is in each app that needs it. */
export function together(reports: readonly AuditReport[]): AuditReport {
  const [only, ...others] = reports;
  if (!only) throw new TypeError('A report of no app.');
  return others.length === 0
    ? only
    : merged(
        only,
        reports.map((report) => distinct(report, reports)),
      );
}

/** Apps of one name in several folders are called by their files. */
function distinct(report: AuditReport, all: readonly AuditReport[]): AuditReport {
  const named = all.flatMap(({ apps }) => apps).map(({ name }) => name);
  const alone = (name: string): boolean => named.indexOf(name) === named.lastIndexOf(name);
  return { ...report, apps: report.apps.map((app) => (alone(app.name) ? app : { ...app, name: app.file })) };
}

function merged(first: AuditReport, reports: readonly AuditReport[]): AuditReport {
  const last = reports.at(-1) ?? first;
  return {
    ...first,
    apps: reports.flatMap(({ apps }) => apps),
    mitigations: first.mitigations.map(({ id }) => rowOf(reports.flatMap((report) => named(report, id)))),
    suppressed: once(reports.flatMap(({ suppressed }) => suppressed)),
    // Whether a suppression was of use is known after the last app.
    faults: last.faults,
    unread: [...new Map(reports.flatMap(({ unread }) => unread).map((each) => [each.file, each])).values()],
    files: Math.max(...reports.map(({ files }) => files)),
  };
}

interface Told {
  readonly row: Row;
  readonly app: string;
}

function named({ mitigations, apps }: AuditReport, id: string): Told[] {
  const row = mitigations.find((each) => each.id === id);
  return row ? [{ row, app: apps[0]?.name ?? '' }] : [];
}

const worst: readonly State[] = ['missing', 'partial', 'unknown', 'implemented', 'n-a'];

function rowOf(told: readonly Told[]): Row {
  const [deciding = told[0]] = told.toSorted((a, b) => worst.indexOf(a.row.state) - worst.indexOf(b.row.state));
  if (!deciding) throw new TypeError('A row of no app.');
  const states = new Set(told.map(({ row }) => row.state));
  states.delete('n-a');
  const { row, app } = deciding;
  const same = new Set(told.map((each) => each.row.reason)).size === 1;
  return {
    ...row,
    // Missing in one app and there in another: partly there.
    state: row.state === 'missing' && states.size > 1 ? 'partial' : row.state,
    confidence: told.some((each) => each.row.confidence !== 'high') ? 'medium' : row.confidence,
    reason: same ? row.reason : `${app}: ${row.reason}`,
    implemented: [
      ...new Map(
        told.flatMap((each) => each.row.implemented).map((each) => [`${each.file}:${each.line}`, each]),
      ).values(),
    ],
    missing: once(told.flatMap(missingOf)),
    ...(told.some((each) => each.row.unescaped) && { unescaped: told.flatMap((each) => each.row.unescaped ?? []) }),
  };
}

/** What is absent has no place that would say which app it is absent from. */
function missingOf({ row, app }: Told): Missing[] {
  return row.missing.map((each) =>
    each.file === undefined
      ? { ...each, why: `${app}: ${each.why}`, fingerprint: hash(`${each.fingerprint}\n${app}`) }
      : each,
  );
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** What apps share is told once. */
function once<T extends Missing>(found: readonly T[]): T[] {
  return [...new Map(found.map((each) => [each.fingerprint, each])).values()];
}
