import type { AuditReport } from '../run.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { markdownReport } from './markdown.ts';
import { type Judged, sarifReport } from './sarif.ts';
import { type Descriptions, strategiesReport } from './strategies.ts';
import { type TextOptions, textReport } from './text.ts';

/** The forms in which a report can be had; `table` is for a terminal. */
export const formats = ['table', 'json', 'sarif', 'html', 'markdown', 'strategies'] as const;
export type Format = (typeof formats)[number];

/** What the forms need besides the report itself. */
export interface Context extends TextOptions {
  readonly judged: readonly Judged[];
  /** Only `strategies` tells what each mitigation consists of. */
  readonly descriptions: Descriptions;
}

/** A report in one of its forms, as the text of a file. */
export function formatted(format: Format, report: AuditReport, context: Context): string {
  switch (format) {
    case 'table':
      return textReport(report, context);
    case 'json':
      return pretty(jsonReport(report));
    case 'sarif':
      return pretty(sarifReport(report, context.judged));
    case 'html':
      return htmlReport(report, context);
    case 'markdown':
      return markdownReport(report);
    case 'strategies':
      return strategiesReport(report, context.judged, context.descriptions);
  }
}

/** JSON in which also the marks are escaped that a terminal would obey, such as those that turn the direction of text. */
function pretty(value: unknown): string {
  const escaped = (marks: string): string =>
    [...Array(marks.length).keys()].map((at) => `\\u${marks.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
  return `${JSON.stringify(value, null, 2).replace(/[\u007f-\u009f\u2028\u2029\p{Cf}]/gu, escaped)}\n`;
}
