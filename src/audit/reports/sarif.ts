import type { Audit, Mitigation, Rule, Severity } from '../../mitigation.ts';
import { version } from '../../version.ts';
import { findingsOf, type Reported } from '../findings.ts';
import type { AuditReport, Row } from '../run.ts';
import type { Suppressed } from '../suppress.ts';

/** What the rules of a report say of themselves. */
export type Judged = Pick<Mitigation, 'id' | 'title' | 'threats'> & Pick<Audit, 'rules'>;

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  high: 'error',
  medium: 'warning',
  low: 'note',
};
/** CVSS-like numbers by which code scanning sorts: the middle of the bands high, medium and low of CVSS 3.1. */
const scores: Readonly<Record<Severity, string>> = { high: '8.0', medium: '5.5', low: '2.0' };

/**
 * The report as SARIF 2.1.0: each finding a result, each row one more of kind `pass` or `notApplicable` where it has
 * nothing to find. Suppressed findings stay, or code scanning would close and reopen them.
 */
export function sarifReport(report: AuditReport, judged: readonly Judged[]): Readonly<Record<string, unknown>> {
  const rules = [
    ...judged.flatMap(({ id, rules }) => [stateRule(id, judged), ...rules.map((rule) => ruleOf(rule, id))]),
    ...ownRules(report),
  ];
  const index = new Map(rules.map(({ id }, place) => [id, place]));
  const at = (rule: string): { ruleId: string; ruleIndex: number } => ({
    ruleId: rule,
    ruleIndex: index.get(rule) ?? -1,
  });
  const results = [
    ...findingsOf(report).map((finding) => ({ ...at(finding.rule), ...resultOf(finding) })),
    ...report.suppressed.map((finding) => ({
      ...at(finding.rule),
      ...resultOf(finding),
      suppressions: [suppression(finding)],
    })),
    ...report.mitigations.flatMap((row) => stateResult(row).map((result) => ({ ...at(`${row.id}/state`), ...result }))),
  ];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Dewar',
            semanticVersion: version,
            informationUri: 'https://www.npmjs.com/package/generator-dewar',
            rules,
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { ROOT: { description: { text: 'The folder that was audited.' } } },
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: report.unread.map(unread) }],
        results,
      },
    ],
  };
}

interface SarifRule {
  readonly id: string;
}

function ruleOf({ id, message, severity, weakness }: Rule, mitigation: string): SarifRule {
  return {
    id,
    shortDescription: { text: message },
    fullDescription: { text: message },
    help: {
      text: `${message} "dewar explain ${mitigation}" says what the defence is and how to check it.`,
    },
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: ['security', `external/cwe/${weakness.toLowerCase()}`, mitigation],
      'security-severity': scores[severity],
      precision: 'high',
    },
  } as SarifRule;
}

/** Results that pass need a rule, too. */
function stateRule(mitigation: string, judged: readonly Judged[]): SarifRule {
  const title = judged.find(({ id }) => id === mitigation)?.title ?? mitigation;
  return {
    id: `${mitigation}/state`,
    shortDescription: { text: title },
    fullDescription: { text: `The state of the mitigation: ${title}.` },
    help: { text: `"dewar explain ${mitigation}" says what it is against and what it changes.` },
    defaultConfiguration: { level: 'none' },
    properties: { tags: ['security', mitigation] },
  } as SarifRule;
}

/** Rules of the audit itself, about suppressions. */
function ownRules({ faults }: AuditReport): SarifRule[] {
  const first = new Map(faults.map((fault) => [fault.rule, fault] as const));
  return [...first.values()].map(({ rule, severity, fix }) => ({
    id: rule,
    shortDescription: { text: fix },
    fullDescription: { text: fix },
    help: { text: `${fix} A suppression is a comment: dewar: ignore[RULE] the reason.` },
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ['maintainability'] },
  }));
}

function resultOf({
  severity,
  fingerprint,
  file,
  line,
  text,
  why,
  fix,
  ...rest
}: Omit<Reported, 'mitigation'>): object {
  const region = { startLine: line ?? 1, ...(text !== undefined && { snippet: { text } }) };
  const location = { physicalLocation: { artifactLocation: { uri: uriOf(file ?? ''), uriBaseId: 'ROOT' }, region } };
  const mitigation = rest.rule.split('/')[0];
  return {
    kind: 'fail',
    level: levels[severity],
    message: { text: `${why} ${fix}` },
    // Something absent has no place; code scanning shows no result without one, so it stands at the folder.
    locations: [
      file === undefined ? { physicalLocation: { artifactLocation: { uri: '', uriBaseId: 'ROOT' } } } : location,
    ],
    partialFingerprints: { 'dewar/v1': fingerprint },
    properties: { mitigation },
  };
}

function stateResult({ state, reason, confidence, implemented, missing }: Row): object[] {
  const kinds = { implemented: 'pass', 'n-a': 'notApplicable', unknown: 'review' } as const;
  const kind = state === 'missing' || state === 'partial' ? undefined : kinds[state];
  if (kind === undefined || (kind !== 'review' && missing.some(({ severity }) => severity !== 'low'))) return [];
  const locations = implemented.slice(0, 10).map(({ file, line, text }) => ({
    physicalLocation: {
      artifactLocation: { uri: uriOf(file), uriBaseId: 'ROOT' },
      region: { startLine: line, snippet: { text } },
    },
  }));
  return [{ kind, level: 'none', message: { text: reason }, locations, properties: { state, confidence } }];
}

function suppression({ by, reason }: Suppressed): object {
  return {
    kind: by === 'comment' ? 'inSource' : 'external',
    status: 'accepted',
    ...(reason !== '' && { justification: reason }),
  };
}

function unread({ file, why }: AuditReport['unread'][number]): object {
  return {
    level: 'warning',
    message: { text: `${file} was not read: ${why}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file), uriBaseId: 'ROOT' } } }],
  };
}

/** A relative path as a relative reference (RFC 3986): each part encoded, and no first part that could be a scheme. */
function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
