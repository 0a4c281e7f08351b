import { version } from '../../version.ts';
import { findingsOf } from '../findings.ts';
import type { AuditReport } from '../run.ts';

/** Version of the report's shape, published as `dist/audit.schema.json`; it grows when a field changes its meaning. */
const schema = 'dewar/audit/1';

/** The report as data for JSON: paths relative to the root with `/`, lines from 1. */
export function jsonReport(report: AuditReport): Readonly<Record<string, unknown>> {
  const { root, apps, mitigations, suppressed, stale, unread, files } = report;
  const rows = mitigations.map(({ id, title, state, confidence, reason, implemented, missing, unescaped }) => ({
    id,
    title,
    state,
    confidence,
    reason,
    implemented: implemented.map(({ file, line, text, why }) => ({ file, line, text, why })),
    missing,
    ...(unescaped && { unescaped }),
  }));
  return {
    schema,
    dewar: version,
    root,
    apps,
    mitigations: rows,
    findings: findingsOf(report),
    suppressed,
    stale,
    unread,
    files,
  };
}
