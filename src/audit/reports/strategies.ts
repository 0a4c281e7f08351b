import type { Severity, Threat } from '../../mitigation.ts';
import type { AuditReport, Missing, Row } from '../run.ts';
import type { State } from '../states.ts';
import { code, oneLine, plain, unescapedLine } from './markdown.ts';
import type { Judged } from './sarif.ts';

/** The section "Changes" of each mitigation's page, in Markdown, by id. */
export type Descriptions = Readonly<Record<string, string>>;

/**
 * The document that security teams keep: for each mitigation what it consists of, what it is against, and from the
 * evidence what is there and what is missing.
 */
export function strategiesReport(report: AuditReport, judged: readonly Judged[], descriptions: Descriptions): string {
  const sections = report.mitigations.flatMap((row) => {
    const { threats = [] } = judged.find(({ id }) => id === row.id) ?? {};
    return section(row, threats, descriptions[row.id] ?? '');
  });
  return ['# Mitigation strategies', '', ...sections].join('\n');
}

function section(row: Row, threats: readonly Threat[], description: string): string[] {
  return [
    `## ${plain(row.title)} (${row.id})`,
    '',
    '### Description',
    '',
    ...steps(description),
    '',
    '### Threats Mitigated',
    '',
    ...threats.map(
      ({ name, severity, prevented }) => `- **${plain(name)}** (severity: ${severity}): ${plain(prevented)}`,
    ),
    '',
    '### Impact',
    '',
    ...threats.map((threat) => `- ${plain(threat.name)}: ${impact(row, threat.severity)}`),
    '',
    '### Currently Implemented',
    '',
    `${implementation[row.state]} ${plain(row.reason)}`,
    '',
    ...row.implemented.map(({ file, line, text, why }) => `- ${code(`${file}:${line}`)} ${code(text)}: ${plain(why)}`),
    ...(row.implemented.length === 0 ? [] : ['']),
    ...(row.unescaped?.length ? ['Left unescaped:', '', ...row.unescaped.map(unescapedLine), ''] : []),
    '### Missing Implementation',
    '',
    ...(row.missing.length === 0 ? [nothing(row.state)] : row.missing.map(missing)),
    '',
  ];
}

/** The bullets of a mitigation's page, numbered. */
function steps(description: string): string[] {
  const items = description
    .split(/^- /m)
    .map(oneLine)
    .map((item) => item.replace(/ +/g, ' ').trim())
    .filter((item) => item !== '');
  return items.map((item, index) => `${index + 1}. ${item}`);
}

const implementation: Readonly<Record<State, string>> = {
  implemented: 'Yes.',
  partial: 'In part.',
  missing: 'No.',
  'n-a': 'Not applicable.',
  unknown: 'Could not be decided.',
};

function impact({ state }: Row, severity: Severity): string {
  switch (state) {
    case 'implemented':
      return `${severity} risk, prevented by what is implemented.`;
    case 'partial':
      return `${severity} risk, prevented except for what is missing below.`;
    case 'missing':
      return `${severity} risk, not prevented.`;
    case 'n-a':
      return 'no risk: the app has nothing that this would protect.';
    case 'unknown':
      return `${severity} risk, to be looked at by a person.`;
  }
}

function nothing(state: State): string {
  return state === 'unknown' ? 'Could not be decided.' : 'Nothing was found missing.';
}

function missing({ rule, severity, file, line, text, why, fix }: Missing): string {
  const place = file === undefined ? '' : ` at ${code(`${file}:${line}`)}${text ? ` ${code(text)}` : ''}`;
  return `- ${code(rule)} (severity: ${severity})${place}: ${plain(why)} ${plain(fix)}`;
}
