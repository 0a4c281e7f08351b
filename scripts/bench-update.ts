import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { act, type Story } from '../test/support/story.ts';
import { stories } from '../test/update/stories.ts';
import { commitAll, install, type Tool, toolsFor } from './bench-update/tools.ts';

// Ten stories of test/update, told to Dewar, copier and cruft: npm run bench:update [RUNS]

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const told = [
  'only Dewar changed a file',
  'both changed different lines',
  'both changed one line, each its own way',
  'the user deleted a file that Dewar changed',
  'Dewar has a file less, which the user edited',
  'the user moved and edited a file that Dewar changed',
  'Dewar renamed and changed a file that the user edited',
  'both add to one list of a TOML file',
  'both add a requirement at the end',
  'both add one key to a TOML file, at different places',
];
const RUNS = Number(process.argv[2] ?? 3);

/** What became of one story under one tool. */
interface Outcome {
  readonly exit: number;
  readonly ends: 'as wanted' | 'otherwise' | 'marked' | 'failed';
  readonly lost: number;
  readonly cpu: number;
}

/** All that one tool did. */
interface Total {
  readonly name: string;
  readonly outcomes: Outcome[];
}

function main(): void {
  const top = mkdtempSync(join(tmpdir(), 'dewar-bench-update-'));
  const dewar = join(root, 'dist/dewar.js');
  const tools = toolsFor(dewar, install(join(root, '.cache')), { app: plainApp(dewar, top), top });
  const totals = tools.map(({ name }): Total => ({ name, outcomes: [] }));
  for (const name of told) {
    const story = stories.find((each) => each.name === name);
    if (!story) throw new Error(`There is no story "${name}".`);
    process.stdout.write(`\n${name}\n`);
    for (const [index, tool] of tools.entries()) {
      const outcome = best(tool, inFolder(story), join(top, 'work'));
      totals[index]?.outcomes.push(outcome);
      const { exit, ends, lost, cpu } = outcome;
      process.stdout.write(
        `  ${tool.name.padEnd(8)}exit ${exit}  ${ends.padEnd(11)}${lost} lines lost  ${cpu.toFixed(0)} ms CPU\n`,
      );
    }
  }
  process.stdout.write(`\n${totals.map(summary).join('\n')}\n`);
  rmSync(top, { recursive: true, force: true });
}

/** The app that all templates consist of besides the files of the story. */
function plainApp(dewar: string, top: string): string {
  const app = join(top, 'base/app');
  mkdirSync(dirname(app), { recursive: true });
  const args = [dewar, 'new', 'app', '--preset', 'minimal', '--yes', '--quiet'];
  execFileSync(process.execPath, args, { cwd: dirname(app) });
  rmSync(join(app, '.dewar'), { recursive: true });
  return app;
}

/** The run that took the least time: the others were disturbed. */
function best(tool: Tool, story: Story, work: string): Outcome {
  const outcomes = Array.from({ length: RUNS }, () => tell(tool, story, work));
  return outcomes.reduce((one, other) => (other.cpu < one.cpu ? other : one));
}

function summary({ name, outcomes }: Total): string {
  const lost = outcomes.reduce((sum, outcome) => sum + outcome.lost, 0);
  const silent = outcomes.filter(({ exit, ends }) => exit === 0 && ends !== 'as wanted').length;
  const times = outcomes.map(({ cpu }) => cpu).sort((a, b) => a - b);
  const median = times[times.length >> 1] ?? 0;
  return `${name.padEnd(8)}${lost} lines of the user lost, ${silent} of ${told.length} not as wanted with exit 0, ${median.toFixed(0)} ms CPU (median)`;
}

/** The files of a story in a folder of their own, so that they meet none of the app. */
function inFolder({ old, mine, next, after, ...rest }: Story): Story {
  const moved = <T>(files: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(files).map(([path, value]) => [`story/${path}`, value]));
  const deeds = Object.entries(mine).map(([path, deed]): [string, (typeof mine)[string]] => {
    const isMove = typeof deed === 'object' && deed !== null;
    return [path, isMove ? { ...deed, from: `story/${deed.from}` } : deed];
  });
  return { ...rest, old: moved(old), mine: moved(Object.fromEntries(deeds)), next: moved(next), after: moved(after) };
}

function tell(tool: Tool, story: Story, work: string): Outcome {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  tool.template(story.old);
  execFileSync(tool.create[0] ?? '', tool.create.slice(1), { cwd: work, stdio: 'ignore' });
  const app = join(work, 'app');
  commitAll(app);
  for (const [path, deed] of Object.entries(story.mine)) act(app, path, deed);
  commitAll(app);
  const mine = linesIn(app);
  tool.template(story.next);
  const { exit, cpu } = measured(tool.update, app, work);
  const known = new Set(
    [...Object.values(story.old), ...Object.values(story.next)].flatMap((text) => text.split('\n')),
  );
  const left = linesIn(app);
  const lost = [...mine].filter((line) => !known.has(line) && !left.has(line)).length;
  return { exit, cpu, lost, ends: endOf(story, app, exit) };
}

/** A conflict is as wanted where Dewar's tests want one: marked, or left beside the file. */
function endOf({ after, states }: Story, app: string, exit: number): Outcome['ends'] {
  const texts = Object.entries(after).map(([path, text]) => [textAt(join(app, path)), text] as const);
  if (texts.every(([is, wanted]) => is === wanted)) return 'as wanted';
  const isMarked = [...linesIn(app, true)].some((line) => line.startsWith('<<<<<<<') || line.startsWith('@@ '));
  if (isMarked && Object.values(states).includes('conflict')) return exit === 0 ? 'marked' : 'as wanted';
  return isMarked ? 'marked' : exit === 0 ? 'otherwise' : 'failed';
}

function linesIn(app: string, withPatches = false): Set<string> {
  if (!existsSync(join(app, 'story'))) return new Set();
  const files = readdirSync(join(app, 'story'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const own = files.filter(({ name }) => withPatches || !name.endsWith('.rej'));
  return new Set(own.flatMap(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8').split('\n')));
}

function textAt(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function measured(argv: readonly string[], cwd: string, work: string): { exit: number; cpu: number } {
  const accept = Array.from({ length: 256 }, (_, code) => code);
  const job = { argv, cwd, log: join(work, 'log'), accept, env: { CI: '1', NO_COLOR: '1' } };
  writeFileSync(join(work, 'log'), '');
  return JSON.parse(
    execFileSync('python3', [join(root, 'scripts/bench/measure.py'), JSON.stringify(job)], { encoding: 'utf8' }),
  );
}

main();
