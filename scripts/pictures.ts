import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTerminal, key, type Typed } from '../test/support/pty.ts';
import { reportPicture } from './pictures/report.ts';
import { type Screen, screenOf } from './pictures/screen.ts';
import { svgOf } from './pictures/svg.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A picture of the README: what is typed, and what the built command then really shows. */
export interface Picture {
  /** Path below the root. */
  readonly file: string;
  readonly title: string;
  readonly show: (folder: string) => Screen;
}

const enter = [key.enter];

export const pictures: readonly Picture[] = [
  {
    file: 'docs/pictures/new.svg',
    title: 'dewar new asks for a name, a package, a domain and so on, and then which of the twelve defences to write.',
    show: (folder) => {
      const steps = [
        { expect: 'called?', send: enter },
        { expect: 'Python package', send: enter },
        { expect: 'Domain', send: enter },
        { expect: 'Oldest Python', send: [key.down, key.enter] },
        { expect: 'Dependency tool', send: enter },
        { expect: 'Example pages', send: enter },
        { expect: 'submit', send: [key.ctrlC] },
      ];
      return session(folder, [{ line: 'new acme-portal', steps, last: 'submit' }]);
    },
  },
  {
    file: 'docs/pictures/audit.svg',
    title: 'dewar audit finds no CSRF protection; dewar add csrf --yes puts it in; a second audit says where it is.',
    show: (folder) => {
      run(folder, { line: 'new portal --preset minimal --without csrf --yes --quiet' });
      return session(folder, [
        { line: 'audit portal' },
        { line: 'add csrf --project portal --yes' },
        { line: 'audit portal' },
      ]);
    },
  },
];

interface Command {
  /** Without the leading `dewar`. */
  readonly line: string;
  readonly steps?: readonly Typed[];
  /** The screen is the one on which this was seen last. */
  readonly last?: string;
}

/** Several commands one after another, as a terminal would show them. */
function session(folder: string, commands: readonly Command[]): Screen {
  return commands.flatMap((command, index) => {
    const typed = screenOf(`\u001B[32m$\u001B[0m \u001B[1mdewar ${command.line}\u001B[0m`);
    const shown = screenOf(run(folder, command), command.last);
    return [...(index === 0 ? [] : [[]]), ...typed, ...shown];
  });
}

function run(folder: string, { line, steps = [] }: Command): string {
  const argv = [process.execPath, join(root, 'dist/dewar.js'), ...line.split(' ')];
  const { raw, waitingFor } = inTerminal(argv, { cwd: folder, steps });
  if (waitingFor !== null) throw new Error(`dewar ${line} never showed "${waitingFor}":\n${raw}`);
  return raw.replaceAll(folder, '/home/you');
}

/** What a picture shows now, as an SVG. */
export function draw({ show, title }: Picture): string {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-picture-'));
  try {
    return svgOf(show(folder), title);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The HTML report on a small app with gaps. */
function report(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-picture-'));
  try {
    run(folder, { line: 'new portal --preset minimal --without csrf --yes --quiet' });
    run(folder, { line: 'audit portal --output report.html --fail-on never' });
    return readFileSync(join(folder, 'report.html'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const picture of pictures) {
    mkdirSync(dirname(join(root, picture.file)), { recursive: true });
    writeFileSync(join(root, picture.file), draw(picture));
  }
  await reportPicture(report(), `${root}/docs/pictures/report.png`);
}
