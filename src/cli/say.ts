import type { Io } from './io.ts';
import { colours, type Paint } from './paint.ts';

/** Version of every JSON schema; raised when a field changes its meaning or goes away. */
const SCHEMA_VERSION = 1;

/** Where a command's words go: text for people or JSON for programs, never both on standard output. */
export interface Say {
  readonly json: boolean;
  readonly paint: Paint;
  /** Lines on standard output; silent with `--quiet` and with `--json`. */
  readonly text: (lines: readonly string[]) => void;
  /** One JSON document on standard output; silent without `--json`. */
  readonly data: (name: string, data: Readonly<Record<string, unknown>>) => void;
  /** A word beside the result, on standard error; silent with `--quiet`. */
  readonly note: (message: string) => void;
  /** A failure: always on standard error, and as JSON too where that was asked for. */
  readonly failure: (message: string, exit: number) => void;
}

/** The voice of one run. */
export function sayOf(io: Io, options: { readonly json?: boolean; readonly quiet?: boolean }): Say {
  const { json = false, quiet = false } = options;
  const paint = colours(io.output, io.env);
  const data: Say['data'] = (name, content) => {
    if (!json) return;
    const document = { schema: `dewar/${name}/${SCHEMA_VERSION}`, ...content };
    io.output.write(`${JSON.stringify(document, null, 2)}\n`);
  };
  return {
    json,
    paint,
    data,
    text: (lines) => {
      if (!json && !quiet && lines.length > 0) io.output.write(`${lines.map(printable).join('\n')}\n`);
    },
    note: (message) => {
      if (!quiet) io.error.write(`${printable(message)}\n`);
    },
    failure: (message, exit) => {
      data('error', { exit, message });
      const label = colours(io.error, io.env)('red', 'dewar:');
      io.error.write(`${label} ${printable(message)}\n`);
    },
  };
}

/** A file's name may hold control characters that would drive the terminal; ours are colours only. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/\u001B(?!\[\d+m)|[\u0000-\u0008\u000B-\u001A\u001C-\u001F\u007F-\u009F]/g, '\uFFFD');
}
