import { effectiveOutcomes } from '../flask/effective.ts';
import type { AppFacts } from '../flask/facts.ts';
import type { Answers } from '../mitigation.ts';
import { forbiddenIn, type Pack, type SettingPolicy, settledOtherwise } from '../pack.ts';
import type { AuditReport, Missing } from './run.ts';

/** An app as the policies of its packs judge it. */
export interface Judged {
  readonly report: AuditReport;
  readonly apps: readonly AppFacts[];
  readonly answers: Answers;
  /** Every file that was looked at. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

/** What an app does against the policies of its packs, each in one sentence that names the pack. */
export function policyFaults(packs: readonly Pack[], judged: Judged): string[] {
  return packs.flatMap((pack) => {
    const { require, rules, settings } = pack.policy;
    const settled = settledOtherwise(pack, judged.answers);
    const faults = [
      ...require.flatMap((id) => unmet(id, judged.report)),
      ...(settled === undefined ? [] : [settled]),
      ...rules.flatMap((rule) => found(rule, judged.report)),
      ...forbiddenIn(pack, judged.files),
      ...settings.flatMap((setting) => judged.apps.flatMap((app) => otherwise(setting, app))),
    ];
    return faults.map((fault) => `The pack ${pack.id} ${fault}`);
  });
}

function unmet(id: string, { mitigations }: AuditReport): string[] {
  const row = mitigations.find((each) => each.id === id);
  const isMet = row && ['implemented', 'n-a'].includes(row.state);
  return isMet ? [] : [`requires ${id}, which is ${row?.state ?? 'not judged here'}.`];
}

/** A suppression is the word of the app's developers, and a policy is not theirs to change. */
function found(rule: string, { mitigations, suppressed }: AuditReport): string[] {
  const all: readonly Missing[] = [...mitigations.flatMap(({ missing }) => missing), ...suppressed];
  return all
    .filter((finding) => finding.rule === rule)
    .map(({ file, line, why }) => `forbids ${rule}: ${file === undefined ? '' : `${file}:${line}: `}${why}`);
}

function otherwise({ key, is, why }: SettingPolicy, app: AppFacts): string[] {
  const { outcomes } = effectiveOutcomes(app, key);
  const odd = outcomes.find((outcome) => outcome.kind !== 'constant' || literal(outcome.value) !== is);
  if (odd === undefined) return [];
  const value = odd.kind === 'constant' ? literal(odd.value) : 'something else';
  return [`wants ${key} = ${is} (${why}); ${odd.file}:${odd.line} makes it ${value}.`];
}

function literal(value: string | number | boolean | null): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? `"${value}"` : String(value);
}
