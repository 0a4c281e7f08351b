import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { addMitigations } from '../src/commands/add.ts';
import { auditProject } from '../src/commands/audit.ts';
import type { Result } from '../src/commands/result.ts';
import { root as repository } from './support/imports.ts';
import { python, run } from './support/python.ts';
import { filesOf } from './support/snapshot.ts';

// Each mitigation in apps of many shapes: `test/shapes/` holds the apps, `generators/<id>/cases/` what becomes of them.
// UPDATE_CASES=1 writes the cases anew, for their author to read.

const shapes = readdirSync(join(repository, 'test/shapes')).sort();
const mitigations = catalog.mitigations.filter(({ fitsAnyApp }) => fitsAnyApp);
const options = { onConflict: 'fail', dryRun: false, diff: true, answers: {} } as const;
let top: string;
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'dewar-cases-'));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

describe.each(mitigations.map(({ id }) => id))('add %s', (id) => {
  it.each(shapes)('to an app of the shape %s', async (shape) => {
    const root = join(top, id, shape);
    cpSync(join(repository, 'test/shapes', shape), root, { recursive: true });
    const result = await addMitigations(catalog, { ...options, root, ids: [id] });
    compare(join(repository, 'generators', id, 'cases', `${shape}.txt`), told(result));
    compiles(root, result);
    await isImplemented(root, id, result);
    const before = filesOf(root);
    const again = await addMitigations(catalog, { ...options, root, ids: [id] });
    expect(again.files).toEqual([]);
    expect(filesOf(root)).toEqual(before);
  });
});

/** Every step by hand, every file that is new, and the changed lines of every other one. */
function told({ byHand, files }: Result): string {
  const fresh = files.filter(({ state }) => state === 'new');
  const edited = files.filter(({ state }) => state !== 'new');
  return [
    ...byHand.map(({ place, what, snippet }) => {
      const at = place ? `${place.file}:${place.line}: ` : '';
      return `by hand: ${at}${what}${snippet === undefined ? '' : `\n${snippet.replace(/^/gm, '    ')}`}`;
    }),
    ...fresh.map(({ path }) => `new: ${path}`),
    ...edited.map(({ path, state, diff }) => `${state}: ${path}\n${diff ?? ''}`.trimEnd()),
  ]
    .map((part) => `${part}\n`)
    .join('');
}

function compare(file: string, text: string): void {
  if (process.env['UPDATE_CASES']) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(existsSync(file), `${file} is missing: UPDATE_CASES=1 writes it`).toBe(true);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

/** Python itself reads what was written. */
function compiles(root: string, { files }: Result): void {
  const paths = files.filter(({ path }) => path.endsWith('.py')).map(({ path }) => join(root, path));
  const code = 'import ast, sys\nfor name in sys.argv[1:]: ast.parse(open(name, "rb").read(), name)';
  run(python, ['-c', code, ...paths]);
}

/** After the change the row is implemented, but for what was left to a person. */
async function isImplemented(root: string, id: string, { byHand }: Result): Promise<void> {
  if (byHand.length > 0) return;
  const { data } = await auditProject(catalog, { root });
  const rows = data['mitigations'] as { id: string; state: string; missing: unknown[] }[];
  const row = rows.find((each) => each.id === id);
  expect(['implemented', 'n-a'], JSON.stringify(row)).toContain(row?.state);
  expect(row?.missing).toEqual([]);
}
