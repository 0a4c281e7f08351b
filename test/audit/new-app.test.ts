import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { presets } from '../../generators/app/presets.ts';
import { type AuditReport, audit } from '../../src/audit/run.ts';
import { catalog } from '../../src/catalog.ts';
import { judged } from '../../src/commands/audit.ts';
import { newProject } from '../../src/commands/new.ts';
import { readApp } from '../../src/flask/read.ts';
import type { Answers } from '../../src/mitigation.ts';
import { completeAnswers } from '../../src/plan/answers.ts';

const ids = catalog.mitigations.map(({ id }) => id);

/** The audit of an app that `dewar new` writes. */
async function audited(chosen: readonly string[], given: Answers = {}): Promise<AuditReport> {
  const top = mkdtempSync(join(tmpdir(), 'dewar-new-'));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const answers = completeAnswers(catalog, chosen, { name: 'Acme Portal', domain: 'portal.example.com', ...given });
  const target = join(top, 'app');
  await newProject(catalog, { target, answers, chosen, onConflict: 'fail', dryRun: false, diff: false });
  return audit(await readApp(target), await judged(catalog));
}

function statesOf({ mitigations }: AuditReport): Record<string, string> {
  return Object.fromEntries(mitigations.map(({ id, state }) => [id, state]));
}

function findingsOf({ mitigations }: AuditReport): string[] {
  return mitigations.flatMap(({ missing }) =>
    missing.map(({ rule, file, line, why }) => `${rule} ${file}:${line} ${why}`),
  );
}

describe('an app that dewar new writes', () => {
  it('has all twelve, and the audit finds nothing', { timeout: 60_000 }, async () => {
    const report = await audited(ids);
    expect(statesOf(report)).toEqual(Object.fromEntries(ids.map((id) => [id, 'implemented'])));
    expect(findingsOf(report)).toEqual([]);
  });

  it('has a server without TLS where it was asked to write no proxy', { timeout: 60_000 }, async () => {
    const report = await audited(ids, { proxy: 'none' });
    expect(statesOf(report)).toMatchObject({
      ...Object.fromEntries(ids.map((id) => [id, 'implemented'])),
      server: 'partial',
    });
    expect(findingsOf(report)).toEqual([
      'server/no-tls undefined:undefined No web server with TLS stands in front of the app.',
    ]);
  });

  it.each(presets)('of preset $name has what was chosen', { timeout: 60_000 }, async ({ without, answers }) => {
    const chosen = ids.filter((id) => !without.includes(id));
    const report = await audited(chosen, answers);
    const others = chosen.filter((id) => statesOf(report)[id] !== 'implemented');
    // A platform ends TLS: nothing in the repository shows it.
    expect(others).toEqual(chosen.includes('server') && answers['proxy'] === 'none' ? ['server'] : []);
    expect(
      findingsOf(report).filter((finding) => chosen.some((id) => finding.startsWith(`${id}/`) && id !== 'server')),
    ).toEqual([]);
  });

  // Escaping is what Jinja does by itself, and paths only count where a view takes one.
  const removable = ['ci', 'headers', 'sessions', 'server', 'errors'];
  it.each(removable)('without %s lacks that one', { timeout: 60_000 }, async (id) => {
    const chosen = ids.filter((each) => each !== id);
    const states = statesOf(await audited(chosen));
    expect(states[id]).not.toBe('implemented');
    expect(chosen.filter((each) => states[each] !== 'implemented')).toEqual([]);
  });
});
