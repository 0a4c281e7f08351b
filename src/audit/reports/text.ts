import { findingsOf } from '../findings.ts';
import type { AuditReport, Row } from '../run.ts';
import type { State } from '../states.ts';

export interface TextOptions {
  /** Columns; 80 where nothing is said. */
  readonly width?: number;
  /** Quotes every line of evidence and every finding. */
  readonly verbose?: boolean;
  /** Colours a state; leaves it as it is where nothing is said. */
  readonly paint?: (state: State, text: string) => string;
  /** Whether `dewar add` takes the mitigation in this app; true where nothing is said. */
  readonly addable?: (id: string) => boolean;
}

/** The report as a table: one row per mitigation, then what was counted and what could not be read. */
export function textReport(report: AuditReport, options: TextOptions = {}): string {
  const { width = 80 } = options;
  const names = Math.max(...report.mitigations.map(({ id }) => id.length), 10);
  const left = names + 2 + 13;
  const lines = report.mitigations.flatMap((row) => rowLines(row, { ...options, width, names, left }));
  return [...lines, '', ...summary(report, width), ''].map((line) => line.trimEnd()).join('\n');
}

interface Layout extends TextOptions {
  readonly width: number;
  readonly names: number;
  readonly left: number;
}

function rowLines(row: Row, layout: Layout): string[] {
  const { width, names, left, paint = (_, text) => text } = layout;
  const details = [
    ...wrap(row.reason, width - left),
    ...place(row).flatMap((text) => wrap(text, width - left)),
    ...(isAddable(row, layout) ? wrap(`next: dewar add ${row.id}`, width - left) : []),
    ...(layout.verbose ? quotes(row).flatMap((quote) => quoted(quote, width - left)) : []),
  ];
  const head = `${row.id.padEnd(names)}  ${paint(row.state, row.state.padEnd(11))}  ${details[0] ?? ''}`;
  return [head, ...details.slice(1).map((text) => ' '.repeat(left) + text)];
}

function isAddable({ id, state }: Row, { addable = () => true }: Layout): boolean {
  return (state === 'missing' || state === 'partial') && addable(id);
}

/** The best evidence for the state. */
function place({ state, implemented, missing }: Row): string[] {
  const fault = missing.find(({ file, severity }) => file !== undefined && severity !== 'low');
  const shown = state === 'implemented' ? implemented[0] : (fault ?? implemented[0]);
  return shown?.file === undefined ? [] : [`${shown.file}:${shown.line}`];
}

/** A sign and what is found, then its line of code and what is to be said of it. */
type Quote = readonly [head: string, ...rest: string[]];

function quotes({ implemented, missing, unescaped = [] }: Row): Quote[] {
  return [
    ...implemented.map((each): Quote => [`+ ${each.file}:${each.line}`, each.text, each.why]),
    ...missing.map((each): Quote => {
      const at = each.file === undefined ? '' : ` ${each.file}:${each.line}`;
      return [`- ${each.rule} (${each.severity})${at}`, each.text ?? '', each.why, `Fix: ${each.fix}`];
    }),
    ...unescaped.map((each): Quote => [`unescaped, ${each.verdict}: ${each.file}:${each.line}`, each.text, each.why]),
  ];
}

function quoted([head, ...rest]: Quote, columns: number): string[] {
  const below = rest.filter((text) => text !== '').flatMap((text) => wrap(text, columns - 2));
  return [...wrap(head, columns), ...below.map((text) => `  ${text}`)];
}

function summary(report: AuditReport, width: number): string[] {
  const findings = findingsOf(report).length;
  const states: State[] = ['implemented', 'partial', 'missing', 'n-a', 'unknown'];
  const counts = states.map(
    (state) => [state, report.mitigations.filter((row) => row.state === state).length] as const,
  );
  const told = counts.filter(([, count]) => count > 0).map(([state, count]) => `${count} ${state}`);
  const last = `${count(findings, 'finding')}, ${report.suppressed.length} suppressed; ${count(report.files, 'file')} looked at.`;
  return [
    ...wrap(`${told.join(', ')}. ${last}`, width),
    ...apps(report).flatMap((text) => wrap(text, width)),
    ...report.faults.flatMap(({ file, line, rule, why, fix }) => wrap(`${file}:${line} ${rule}: ${why} ${fix}`, width)),
    ...stale(report).flatMap((text) => wrap(text, width)),
    ...report.unread.flatMap(({ file, why }) => wrap(`Not read: ${file}: ${why}`, width)),
  ];
}

function apps({ apps }: AuditReport): string[] {
  if (apps.length < 2) return [];
  const named = apps.map(({ name, file, line }) => `${name} (${file}:${line})`);
  return [`The rows speak of ${apps.length} apps: ${named.join(', ')}. --app NAME judges one of them alone.`];
}

function stale({ stale }: AuditReport): string[] {
  if (stale.length === 0) return [];
  const named = stale.slice(0, 5).map(({ rule, file }) => `${rule}${file === undefined ? '' : ` in ${file}`}`);
  const more = stale.length > named.length ? ` and ${stale.length - named.length} more` : '';
  return [`The baseline still lists ${named.join(', ')}${more}: no longer found. Write it anew.`];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** Lines no wider than the columns; words that are too wide are cut. What a terminal would obey is made visible. */
function wrap(text: string, columns: number): string[] {
  const pieces = new RegExp(`\\S{1,${columns}}`, 'g');
  const lines: string[] = [];
  let line = '';
  for (const [word] of visible(text).matchAll(pieces)) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (joined.length > columns) lines.push(line);
    line = joined.length > columns ? word : joined;
  }
  return [...lines, line];
}

function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (character) =>
    /\s/.test(character) ? ' ' : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
