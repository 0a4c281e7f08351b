import type { Cell, Look, Screen } from './screen.ts';

const SIZE = 14;
const WIDE = 8.4;
const HIGH = 20;
const EDGE = 16;
const colours = {
  red: '#ff7b72',
  green: '#56d364',
  yellow: '#e3b341',
  blue: '#79c0ff',
  magenta: '#d2a8ff',
  cyan: '#56d4dd',
} as const;

/** A terminal's screen as an SVG; `title` is what a reader who cannot see it is told. */
export function svgOf(screen: Screen, title: string): string {
  const columns = Math.max(...screen.map((row) => row.length));
  const width = Math.ceil(columns * WIDE + 2 * EDGE);
  const height = screen.length * HIGH + 2 * EDGE;
  const lines = screen.flatMap((row, index) => runs(row).map((run) => drawn(run, EDGE + index * HIGH + SIZE)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${SIZE}" fill="#e6edf3">
${lines.join('\n')}
</g>
</svg>
`;
}

interface Run {
  readonly column: number;
  readonly text: string;
  readonly look: Look;
}

/** Characters that stand together and look the same. Blanks at an end or in a row are not drawn: XML would fold them. */
function runs(row: readonly Cell[]): Run[] {
  const found: Run[] = [];
  for (const [column, { text, look }] of row.entries()) {
    const before = found.at(-1);
    const gap = before === undefined ? 0 : column - before.column - [...before.text].length;
    const joins = before !== undefined && attributes(before.look) === attributes(look) && gap <= 1;
    if (text === ' ') continue;
    if (joins) found[found.length - 1] = { ...before, text: before.text + ' '.repeat(gap) + text };
    else found.push({ column, text, look });
  }
  return found;
}

/** Its width is given, so that every font keeps the columns. */
function drawn({ column, text, look }: Run, y: number): string {
  const x = (EDGE + column * WIDE).toFixed(1);
  const length = ([...text].length * WIDE).toFixed(1);
  return `<text x="${x}" y="${y}" textLength="${length}"${attributes(look)}>${escaped(text)}</text>`;
}

function attributes({ colour, bold, dim }: Look): string {
  const fill = colour === undefined ? '' : ` fill="${colours[colour]}"`;
  return `${fill}${bold ? ' font-weight="700"' : ''}${dim ? ' opacity="0.6"' : ''}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.codePointAt(0)};`);
}
