import type { Unescaped } from '../../flask/facts.ts';
import { findingsOf } from '../findings.ts';
import type { AuditReport, Row } from '../run.ts';

/** The report for the summary of a CI run: a table of states, then each finding. */
export function markdownReport(report: AuditReport): string {
  const findings = findingsOf(report);
  return [
    '# Flask defences',
    '',
    '| mitigation | state | reason | where |',
    '|---|---|---|---|',
    ...report.mitigations.map(row),
    '',
    `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}, ${report.suppressed.length} suppressed, ${report.files} files looked at.`,
    ...(findings.length === 0 ? [] : ['', '## Findings', '']),
    ...findings.map(
      ({ rule, severity, file, line, why, fix }) =>
        `- **${severity}** ${code(rule)}${file === undefined ? '' : ` at ${code(`${file}:${line}`)}`}: ${plain(why)} ${plain(fix)}`,
    ),
    ...unescapedLines(report),
    ...(report.unread.length === 0 ? [] : ['', '## Not read', '']),
    ...report.unread.map(({ file, why }) => `- ${code(file)}: ${plain(why)}`),
    '',
  ].join('\n');
}

function unescapedLines({ mitigations }: AuditReport): string[] {
  const all = mitigations.flatMap(({ unescaped = [] }) => unescaped);
  return all.length === 0 ? [] : ['', '## Left unescaped', '', ...all.map(unescapedLine)];
}

/** A place that shows a value without escaping it, as an item of a list. */
export function unescapedLine({ file, line, text, verdict, why }: Unescaped): string {
  return `- ${verdict}: ${code(`${file}:${line}`)} ${code(text)}: ${plain(why)}`;
}

const signs: Readonly<Record<Row['state'], string>> = {
  implemented: '✅',
  partial: '🟡',
  missing: '❌',
  'n-a': '➖',
  unknown: '❔',
};

function row({ id, state, reason, implemented, missing }: Row): string {
  const [best] =
    state === 'implemented' ? implemented : [...missing.filter(({ file }) => file !== undefined), ...implemented];
  const place = best?.file === undefined ? '' : code(`${best.file}:${best.line}`);
  return `| ${code(id)} | ${signs[state]} ${state} | ${plain(reason)} | ${place} |`;
}

/** Text that Markdown shows as it is: neither markup, HTML, a link, a mention nor a new cell of the table. */
export function plain(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]()#+!|~<>$]/g, '\\$&')
    .replace(/@/g, '@\u200b')
    .replace(/(https?):\/\//gi, '$1:\u200b//');
}

/** Code in a line, whatever backticks it holds. */
export function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${oneLine(text).replaceAll('|', '\\|')}${pad}${fence}`;
}

/** No line breaks, and what a terminal or a reader's eye would be misled by made visible. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) =>
    /\s/.test(character) ? ' ' : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
