/** How a character looks; undefined is the terminal's own colour. */
export interface Look {
  readonly colour?: 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | undefined;
  readonly bold?: boolean;
  readonly dim?: boolean;
}
/** One character of the screen. */
export interface Cell {
  readonly text: string;
  readonly look: Look;
}
export type Screen = readonly (readonly Cell[])[];

const COLUMNS = 110;
const COLOURS = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan'] as const;
const FIRST_COLOUR = 31;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is driven by them
const token = /\u001B\[([0-9;?]*)([A-Za-z])|[\s\S]/gu;

interface Terminal {
  readonly rows: Cell[][];
  row: number;
  column: number;
  look: Look;
}

/** What a terminal shows after this output; with `last`, what it showed when that text was on it for the last time. */
export function screenOf(output: string, last = ''): Screen {
  const terminal: Terminal = { rows: [[]], row: 0, column: 0, look: {} };
  let shown: Screen = [];
  for (const [text, given = '', command] of output.matchAll(token)) {
    // What is about to be erased may be what is looked for.
    if (last !== '' && command === 'K') shown = shownWith(terminal.rows, last) ?? shown;
    if (command === undefined) print(terminal, text);
    else control(terminal, command, given);
  }
  const screen = shownWith(terminal.rows, last) ?? shown;
  if (screen.length === 0) throw new Error(`"${last}" was never on the screen.`);
  return trimmed(screen);
}

/** A copy of the screen down to the last line with the text; undefined where there is none. */
function shownWith(rows: Screen, last: string): Screen | undefined {
  const at = rows.findLastIndex((row) => textOf([row]).includes(last));
  return at < 0 ? undefined : rows.slice(0, at + 1).map((row) => [...row]);
}

/** The characters of a screen, line by line. */
export function textOf(screen: Screen): string {
  return screen
    .map((row) =>
      row
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

/** What each command of a terminal does; others, such as hiding the cursor, show nothing. */
const controls: Readonly<Record<string, (terminal: Terminal, given: string, amount: number) => void>> = {
  A: (terminal, _, amount) => {
    terminal.row = Math.max(0, terminal.row - amount);
  },
  B: (terminal, _, amount) => moveDown(terminal, amount),
  C: (terminal, _, amount) => {
    terminal.column += amount;
  },
  D: (terminal, _, amount) => {
    terminal.column = Math.max(0, terminal.column - amount);
  },
  G: (terminal, _, amount) => {
    terminal.column = amount - 1;
  },
  J: ({ rows, row, column }) => {
    rows[row]?.splice(column);
    rows.splice(row + 1);
  },
  K: ({ rows, row, column }, given) => rows[row]?.splice(given === '2' ? 0 : column),
  m: (terminal, given) => {
    terminal.look = given.split(';').map(Number).reduce(styled, terminal.look);
  },
};

function control(terminal: Terminal, command: string, given: string): void {
  controls[command]?.(terminal, given, Number.parseInt(given, 10) || 1);
}

function print(terminal: Terminal, text: string): void {
  if (text === '\r') terminal.column = 0;
  else if (text === '\n') moveDown(terminal, 1);
  else {
    if (terminal.column >= COLUMNS) wrap(terminal);
    const row = terminal.rows[terminal.row] ?? [];
    while (row.length < terminal.column) row.push({ text: ' ', look: {} });
    row[terminal.column] = { text, look: terminal.look };
    terminal.column += 1;
  }
}

function wrap(terminal: Terminal): void {
  moveDown(terminal, 1);
  terminal.column = 0;
}

function moveDown(terminal: Terminal, amount: number): void {
  terminal.row += amount;
  while (terminal.rows.length <= terminal.row) terminal.rows.push([]);
}

function styled(look: Look, code: number): Look {
  if (code === 0) return {};
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, dim: true };
  if (code === 22) return { ...look, bold: false, dim: false };
  if (code === 39) return { ...look, colour: undefined };
  return { ...look, colour: COLOURS[code - FIRST_COLOUR] ?? look.colour };
}

function trimmed(rows: Screen): Screen {
  const at = rows.findLastIndex((row) => textOf([row]) !== '');
  return rows.slice(0, at + 1);
}
