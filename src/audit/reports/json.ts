import { version } from '../../version.ts';
import type { AuditReport } from '../run.ts';

/** Version of the report's shape; it grows when a field changes its meaning. */
const schema = 1;

/** The report as data for JSON: paths relative to the root with `/`, lines from 1. */
export function jsonReport(report: AuditReport): Readonly<Record<string, unknown>> {
  const { root, mitigations, suppressed, unread } = report;
  const findings = mitigations.flatMap(({ id, missing }) => missing.map((each) => ({ mitigation: id, ...each })));
  const rows = mitigations.map(({ id, state, confidence, reason, implemented, missing }) => ({
    id,
    state,
    confidence,
    reason,
    implemented: implemented.map(({ file, line, text, why }) => ({ file, line, text, why })),
    missing,
  }));
  return { schema, dewar: version, root, mitigations: rows, findings, suppressed, unread };
}
