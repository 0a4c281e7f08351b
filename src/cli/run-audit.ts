import { extname, resolve } from 'node:path';
import { type Format, formats } from '../audit/reports/formats.ts';
import { requiredWords } from '../audit/settings.ts';
import type { State } from '../audit/states.ts';
import type { AuditRequest, Report } from '../commands/result.ts';
import type { Options } from './arguments.ts';
import { oneOf, usage } from './coerce.ts';
import type { Output } from './io.ts';
import type { Paint } from './paint.ts';
import type { Run } from './run.ts';
import { mayAsk } from './writing.ts';

/** Audits an app and prints the report; resolves to the exit code. */
export async function runAudit(run: Run, options: Options): Promise<number> {
  const { io, wiring, say, root } = run;
  const request = {
    root,
    ...requestOf(options, io.cwd),
    table: { verbose: options.verbose === true, paint: painter(say.paint), ...widthOf(io.output) },
  };
  const { text, data, exit } = await wiring.commands.audit(request);
  if (!options.fix) say.data('audit', { exit, ...data });
  // A report in another form is data: nothing in it may be altered for the terminal.
  if (request.format === undefined || request.format === 'table') sayTable(run, { text, data }, options);
  else if (!say.json) io.output.write(text);
  return options.fix ? fix(run, options, exit) : exit;
}

/** A table, and to somebody at a terminal how to see more than the worst of each row. */
function sayTable({ io, say }: Run, { text, data }: Pick<Report, 'text' | 'data'>, { verbose, json }: Options): void {
  say.text(text === '' ? [] : [text.trimEnd()]);
  const { findings } = data;
  if (io.output.isTTY !== true || verbose || json || !Array.isArray(findings) || findings.length === 0) return;
  say.note('Each finding with its line and its fix: dewar audit --verbose');
}

/** What `add --all` would do: carried out where somebody says so, else only shown. */
async function fix(run: Run, options: Options, exit: number): Promise<number> {
  const { addTo } = await import('./run-add.ts');
  const decided = options.yes === true || options['dry-run'] === true || mayAsk(run, options);
  const shown: Options = decided ? options : { ...options, 'dry-run': true };
  const outcome = await addTo(run, await run.wiring.definitions(), { options: shown, ids: 'all', answers: {} });
  if (decided) return outcome;
  run.say.note('Nothing was written, since nobody confirmed it: add --yes.');
  return exit;
}

/** As wide as the terminal, within what is pleasant to read; a file or a pipe gets the usual 80 columns. */
function widthOf({ columns }: Output): { readonly width?: number } {
  return !columns ? {} : { width: Math.max(60, Math.min(100, columns)) };
}

function requestOf(options: Options, cwd: string): Omit<AuditRequest, 'root'> {
  const { format, app, baseline, since, require, output = [], json } = options;
  if (json && format !== undefined && format !== 'json')
    throw usage(`--json and --format ${format} exclude each other: write the other one to a file with --output.`);
  return {
    ...(format !== undefined && !json && { format }),
    outputs: output.map((word) => outputOf(word, cwd)),
    ...(options['fail-on'] !== undefined && { failOn: options['fail-on'] }),
    ...(require !== undefined && { require: requiredWords(require) }),
    ...(baseline !== undefined && { baseline: resolve(cwd, baseline) }),
    ...(options['write-baseline'] !== undefined && { writeBaseline: resolve(cwd, options['write-baseline']) }),
    ...(app !== undefined && { app }),
    ...(since !== undefined && { since }),
    ...(options['inline-suppressions'] === false && { inline: false }),
  };
}

const endings: Readonly<Record<string, Format>> = {
  '.json': 'json',
  '.sarif': 'sarif',
  '.html': 'html',
  '.htm': 'html',
  '.md': 'markdown',
  '.txt': 'table',
};

/** `report.html`, or `strategies=SECURITY-STRATEGIES.md` where the ending says too little. */
function outputOf(word: string, cwd: string): { format: Format; file: string } {
  const [, named, rest] = /^([a-z]+)=(.+)$/s.exec(word) ?? [];
  const file = resolve(cwd, rest ?? word);
  const format =
    named === undefined ? endings[extname(file).toLowerCase()] : (oneOf(named, formats, '--output') as Format);
  if (format !== undefined) return { format, file };
  throw usage(`--output ${word}: the ending says no format. Write FORMAT=FILE with one of ${formats.join(', ')}.`);
}

const colours = { implemented: 'green', partial: 'yellow', missing: 'red', unknown: 'yellow', 'n-a': 'dim' } as const;

function painter(paint: Paint): (state: State, text: string) => string {
  return (state, text) => paint(colours[state], text);
}
