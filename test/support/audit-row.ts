import type { Row } from '../../src/audit/run.ts';
import { catalog } from '../../src/catalog.ts';
import { auditProject } from '../../src/commands/audit.ts';
import { tree } from './tree.ts';

/** The row of a mitigation with the rules that found something, by place; what absent things are found by has none. */
export async function row(
  files: Readonly<Record<string, string>>,
  id: string,
): Promise<{ state: string; found: string[] }> {
  const { data } = await auditProject(catalog, { root: tree(files) });
  const own = (data['mitigations'] as readonly Row[]).find((each) => each.id === id);
  const found = own?.missing.map(
    ({ rule, file, line }) => `${rule.split('/')[1]}${file === undefined ? '' : ` ${file}:${line}`}`,
  );
  return { state: own?.state ?? '', found: found ?? [] };
}
