import { audit, type Row } from '../audit/run.ts';
import type { State } from '../audit/states.ts';
import type { AppFacts } from '../flask/facts.ts';
import type { Catalog } from '../plan/project.ts';
import { judged } from './audit.ts';

/** The state of each mitigation by its id. */
export type Standing = Readonly<Record<string, State>>;

/** How the audit judges mitigations of an app: all, or those of the ids. */
export async function rowsOf(catalog: Catalog, app: AppFacts, ids: readonly string[] | 'all'): Promise<readonly Row[]> {
  const all = await judged(catalog);
  return audit(app, ids === 'all' ? all : all.filter(({ id }) => ids.includes(id))).mitigations;
}

/** The states of audited rows, in the order of the catalog. */
export function standingOf(rows: readonly Row[]): Standing {
  return Object.fromEntries(rows.map(({ id, state }) => [id, state]));
}

/** The mitigations that an app needs and does not have whole. */
export function lacking(rows: readonly Pick<Row, 'id' | 'state'>[]): string[] {
  return rows.filter(({ state }) => state !== 'implemented' && state !== 'n-a').map(({ id }) => id);
}
