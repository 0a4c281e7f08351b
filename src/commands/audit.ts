import { jsonReport } from '../audit/reports/json.ts';
import { textReport } from '../audit/reports/text.ts';
import { audit } from '../audit/run.ts';
import { DewarError, Exit } from '../error.ts';
import { readApp } from '../flask/read.ts';
import type { Mitigation } from '../mitigation.ts';
import type { Catalog } from '../plan/project.ts';
import type { AuditRequest, Report } from './result.ts';

/**
 * Says for each mitigation whether an app has it; none of its code is run and nothing is written.
 * @throws DewarError where no Flask app is found.
 */
export async function auditProject(catalog: Catalog, { root }: AuditRequest): Promise<Report> {
  const app = await readApp(root);
  if (app.sites.length === 0) throw new DewarError(`No Flask app was found in ${root}. Name the folder of the app.`);
  const report = audit(app, judged(catalog));
  return { text: textReport(report), data: jsonReport(report), exit: Exit.done };
}

/** The mitigations that the audit can judge: those that have rules. */
export function judged(catalog: Catalog): readonly Mitigation[] {
  return catalog.mitigations.filter(({ rules }) => rules.length > 0);
}
