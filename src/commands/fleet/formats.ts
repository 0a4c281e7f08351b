import { html, htmlPage } from '../../audit/reports/html-page.ts';
import type { FleetReport, FleetRow } from './rows.ts';

export type FleetFormat = 'json' | 'html' | 'csv';

/** The report in a form for a file. */
export function formattedFleet(format: FleetFormat, rows: readonly FleetRow[]): string {
  if (format === 'json')
    return `${JSON.stringify({ schema: 'dewar/fleet/1', apps: rows } satisfies FleetReport, null, 2)}\n`;
  return format === 'csv' ? csv(rows) : page(rows);
}

/** One line for each app, in columns, then how many lack what. */
export function fleetTable(rows: readonly FleetRow[]): string[] {
  const cells = [['app', 'Dewar', 'lacks', 'findings', 'update'], ...rows.map(cellsOf)];
  // What could not be looked at has a sentence in place of the last columns.
  const whole = cells.filter((row) => row.length > 3);
  const widths = [0, 1, 2, 3].map((column) => {
    const own = column < 2 ? cells : whole;
    return Math.max(...own.map((row) => row[column]?.length ?? 0));
  });
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const broken = rows.flatMap((row) => (row.broken ?? []).map((sentence) => `${row.app}: ${sentence}`));
  return [...lines, '', ...broken, summary(rows)];
}

/** The mitigations that an app lacks whole or in part. */
export function lacks({ mitigations = {} }: FleetRow): string[] {
  return Object.entries(mitigations)
    .filter(([, state]) => state === 'missing' || state === 'partial')
    .map(([id]) => id);
}

/** How many apps there are, and how many of them want attention. */
function summary(rows: readonly FleetRow[]): string {
  const count = (is: (row: FleetRow) => boolean, what: string): string[] => {
    const number = rows.filter(is).length;
    return number === 0 ? [] : [`${number} ${what}`];
  };
  const parts = [
    ...count((row) => lacks(row).length > 0, 'lack a defence'),
    ...count(({ broken }) => broken !== undefined, 'break what is required'),
    ...count(({ update }) => (update?.files ?? 0) > 0, 'can be updated'),
    ...count(({ error }) => error !== undefined, 'could not be looked at'),
  ];
  return `${rows.length} ${rows.length === 1 ? 'app' : 'apps'}${parts.length === 0 ? '.' : `: ${parts.join(', ')}.`}`;
}

function cellsOf(row: FleetRow): string[] {
  const { app, dewar = '', error, findings, update, mitigations } = row;
  if (error !== undefined) return [app, dewar, error];
  const missing = lacks(row);
  return [
    app,
    dewar,
    mitigations ? missing.join(' ') || 'nothing' : '',
    findings ? `${findings.high} high, ${findings.medium} medium, ${findings.low} low` : '',
    update ? updateWords(update) : '',
  ];
}

function updateWords({ to, files, conflicts }: NonNullable<FleetRow['update']>): string {
  if (files === 0) return `up to date with ${to}`;
  return `${files} files to ${to}${conflicts === 0 ? '' : `, ${conflicts} with conflicts`}`;
}

function csv(rows: readonly FleetRow[]): string {
  const ids = [...new Set(rows.flatMap(({ mitigations = {} }) => Object.keys(mitigations)))].sort();
  const head = ['app', 'dewar', 'error', ...ids, 'high', 'medium', 'low', 'broken', 'update to', 'files', 'conflicts'];
  const lines = rows.map(({ app, dewar, error, mitigations, findings, broken, update }) => [
    app,
    dewar,
    error,
    ...ids.map((id) => mitigations?.[id]),
    findings?.high,
    findings?.medium,
    findings?.low,
    broken?.join(' '),
    update?.to,
    update?.files,
    update?.conflicts,
  ]);
  return `${[head, ...lines].map((cells) => cells.map(field).join(',')).join('\r\n')}\r\n`;
}

/** A cell that a spreadsheet would take for a formula is made a text. */
function field(value: string | number | undefined): string {
  const text = String(value ?? '').replace(/^(?=[=+\-@\t\r])/, "'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function page(rows: readonly FleetRow[]): string {
  const ids = [...new Set(rows.flatMap(({ mitigations = {} }) => Object.keys(mitigations)))].sort();
  const head = ['App', 'Dewar', ...ids, 'Update'].map((word) => `<th scope="col">${html(word)}</th>`).join('');
  return htmlPage({
    title: `Flask defences of ${rows.length} apps`,
    style:
      '\nbody{max-width:none}table{border-collapse:collapse}td,th{padding:.2rem .6rem;text-align:left;border-bottom:1px solid var(--line)}',
    body: `<h1>Flask defences of ${rows.length} apps</h1>
<p>${html(summary(rows))}</p>
<table>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.map((row) => tableRow(row, ids)).join('\n')}
</tbody>
</table>`,
    footer: 'No code of the apps was run.',
  });
}

function tableRow({ app, dewar = '', error, mitigations, update }: FleetRow, ids: readonly string[]): string {
  const name = `<th scope="row">${html(app)}</th><td>${html(dewar)}</td>`;
  if (error !== undefined) return `<tr>${name}<td colspan="${ids.length + 1}">${html(error)}</td></tr>`;
  const states = ids.map((id) => {
    const state = mitigations?.[id] ?? '';
    return `<td class="${html(state)}">${html(state)}</td>`;
  });
  return `<tr>${name}${states.join('')}<td>${html(update ? updateWords(update) : '')}</td></tr>`;
}
