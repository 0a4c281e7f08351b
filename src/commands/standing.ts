import { audit, type Row } from '../audit/run.ts';
import type { State } from '../audit/states.ts';
import type { AppFacts } from '../flask/facts.ts';
import type { Catalog } from '../plan/project.ts';
import { judged } from './audit.ts';

/** The state of each mitigation by its id. */
export type Standing = Readonly<Record<string, State>>;

/** How the audit judges each mitigation of an app. */
export async function rowsOf(catalog: Catalog, app: AppFacts): Promise<readonly Row[]> {
  return audit(app, await judged(catalog)).mitigations;
}

/** The states of audited rows, in the order of the catalog. */
export function standingOf(rows: readonly Row[]): Standing {
  return Object.fromEntries(rows.map(({ id, state }) => [id, state]));
}

/** The mitigations that an app needs and does not have whole. */
export function lacking(rows: readonly Pick<Row, 'id' | 'state'>[]): string[] {
  return rows.filter(({ state }) => state !== 'implemented' && state !== 'n-a').map(({ id }) => id);
}
