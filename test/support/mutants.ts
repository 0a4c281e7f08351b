import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { catalog } from '../../src/catalog.ts';
import { planNew } from '../../src/commands/new.ts';
import { completeAnswers } from '../../src/plan/answers.ts';
import { lockedEnvironment } from './locked.ts';
import type { Row } from './mutations/table.ts';

/** The app with every mitigation and every deployment file, and the programs that its lock installs. */
export interface Original {
  readonly files: ReadonlyMap<string, string>;
  readonly programs: string;
  /** Below it lie the copies of the app. */
  readonly folder: string;
  /** Copies that no run uses; two runs at a time. */
  readonly free: string[];
  readonly waiting: ((copy: string) => void)[];
}

/** What a run of pytest saw: the test files with a failure, and how many tests passed. */
export interface Outcome {
  readonly red: readonly string[];
  readonly passed: number;
  readonly output: string;
}

/** Renders the app twice, and installs what it needs unless that was done before. */
export function original(): Original {
  const chosen = catalog.mitigations.map(({ id }) => id);
  const answers = completeAnswers(catalog, chosen, {
    name: 'Acme Portal',
    deploy: ['systemd', 'docker', 'kubernetes'],
  });
  const writes = planNew(catalog, { answers, chosen }).filter(({ path }) => !path.startsWith('.dewar/'));
  const files = new Map(writes.map(({ path, content }) => [path, String(content)]));
  const programs = lockedEnvironment(files.get('requirements/dev.txt') ?? '');
  const folder = mkdtempSync(join(tmpdir(), 'dewar-mutants-'));
  const free = ['a', 'b'].map((name) => join(folder, name));
  for (const copy of free) for (const [path, text] of files) write(join(copy, path), text);
  return { files, programs, folder, free, waiting: [] };
}

/** Runs pytest on some test files of the app while one text of it is replaced. */
export async function pytest(app: Original, tests: readonly string[], row?: Row): Promise<Outcome> {
  const mutated = row && replaced(app.files, row);
  const copy = app.free.pop() ?? (await new Promise<string>((go) => app.waiting.push(go)));
  const path = join(copy, row?.[1] ?? '');
  if (mutated !== undefined) write(path, mutated);
  try {
    return outcome(await run(copy, app.programs, tests));
  } finally {
    if (row) write(path, app.files.get(row[1]) ?? '');
    rmSync(join(copy, 'instance'), { recursive: true, force: true });
    const next = app.waiting.shift();
    if (next) next(copy);
    else app.free.push(copy);
  }
}

/** The mutated file. Fails where the text is not there exactly once: the table must follow the app. */
function replaced(files: ReadonlyMap<string, string>, [what, path, old, replacement]: Row): string {
  const text = files.get(path);
  if (text === undefined) throw new Error(`"${what}": the app has no file ${path} any more; change the table.`);
  const found = text.split(old).length - 1;
  if (found !== 1)
    throw new Error(`"${what}": this text is ${found} times in ${path}, not once; change the table.\n${old}`);
  return text.replace(old, () => replacement);
}

let clock = 1_000_000_000;

/** Each version of a file gets a time of its own: Python knows compiled modules by time and size. */
function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  clock++;
  utimesSync(path, clock, clock);
}

/** At the limit of its time pytest names the tests that had failed, as after Ctrl-C, before one went on without end. */
const interruptible =
  'import signal, sys, pytest; signal.signal(signal.SIGTERM, signal.default_int_handler); sys.exit(pytest.main())';

function run(cwd: string, programs: string, tests: readonly string[]): Promise<string> {
  const args = ['-c', interruptible, '-q', '-rfE', '--tb=line', '-p', 'no:cacheprovider', ...tests];
  const PATH = `${programs}${delimiter}${process.env['PATH']}`;
  const env = { ...process.env, PATH, PYTHONPATH: join(cwd, 'src') };
  return new Promise((resolve) => {
    const done = (_error: unknown, out: string, err: string): void => {
      clearTimeout(limit);
      resolve(out + err);
    };
    const child = execFile(join(programs, 'python'), args, { cwd, env, maxBuffer: 1e8 }, done);
    // Not the limit of execFile, which takes no more of what the program has to say.
    const limit = setTimeout(() => child.kill(), 480_000);
  });
}

function outcome(output: string): Outcome {
  const red = [...output.matchAll(/^(?:FAILED|ERROR) (?:\S*\/)?(test_\w+\.py)/gm)].map(([, file = '']) => file);
  const passed = Number(/(\d+) passed/.exec(output)?.[1] ?? 0);
  return { red: [...new Set(red)].sort(), passed, output };
}
