import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Job, type Least, measureAll } from './bench/jobs.ts';

// What an audit costs beside other scanners, on real Flask code of growing size. Usage: npm run bench:audit [RUNS]

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, '.cache/bench-audit');
const work = mkdtempSync(join(tmpdir(), 'dewar-bench-audit-'));
const dewar = join(root, 'dist/dewar.js');
const python = process.env['PYTHON'] ?? 'python3';
const bare = 'node -e 0';
/** Lines of Python; the last two show how the cost grows. */
const sizes = [500, 5_000, 50_000, 500_000];
/** Wall time in milliseconds at most, by lines, and memory in megabytes at all sizes up to 50,000 lines. */
const limits: Readonly<Record<number, number>> = { 5000: 500, 50000: 4_000 };
const memoryLimit = 250;

const scanners = ['bandit==1.9.4', 'ruff==0.17.6', 'semgrep==1.182.0'];
const source = 'Flask-AppBuilder==5.3.0';

/** Rules of semgrep's kind for what is looked for in Flask apps: it has none without a network. */
const semgrepRules = `rules:
  - {id: debug, languages: [python], severity: ERROR, message: debug, pattern: "$APP.run(..., debug=True, ...)"}
  - {id: template, languages: [python], severity: ERROR, message: template, pattern: "flask.render_template_string(...)"}
  - {id: markup, languages: [python], severity: WARNING, message: markup, pattern: "markupsafe.Markup(...)"}
  - {id: cookie, languages: [python], severity: WARNING, message: cookie, pattern: "$R.set_cookie(...)"}
`;

/** Installs the scanners and the code that they are measured on, once; gives the folder of programs and that of the code. */
function prepare(): { readonly programs: string; readonly code: string } {
  const programs = join(cache, 'venv/bin');
  const code = join(cache, 'source');
  if (!existsSync(join(cache, 'complete'))) {
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true });
    const run = (program: string, ...args: string[]) =>
      execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const pip = ['-m', 'pip', '--disable-pip-version-check', 'install', '--quiet'];
    run(python, '-m', 'venv', join(cache, 'venv'));
    run(join(programs, 'python'), ...pip, ...scanners);
    run(join(programs, 'python'), ...pip, '--no-deps', '--target', code, source);
    writeFileSync(join(cache, 'complete'), '');
  }
  writeFileSync(join(cache, 'rules.yaml'), semgrepRules);
  return { programs, code: join(code, 'flask_appbuilder') };
}

/** An app of about so many lines: one small app, and copies of a large Flask package as its parts. */
function appOf(lines: number, code: string): string {
  const folder = join(work, `${lines}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'app.py'), 'from flask import Flask\n\n\ndef create_app():\n    return Flask(__name__)\n');
  const files = readdirSync(code, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.py'))
    .sort();
  let left = lines;
  for (let copy = 0; left > 0; copy++)
    for (const file of files) {
      if (left <= 0) break;
      cpSync(join(code, file), join(folder, `part_${copy}`, file));
      left -= readFileSync(join(code, file), 'utf8').split('\n').length;
    }
  return folder;
}

function jobsFor(lines: number, programs: string, code: string): Job[] {
  const cwd = appOf(lines, code);
  const job = (title: string, argv: readonly string[]): Job => ({
    title: `${title}, ${lines} lines`,
    argv,
    cwd,
    floor: bare,
    accept: [0, 1, 11],
  });
  const ours = job('dewar audit', [process.execPath, dewar, 'audit', '.', '--json']);
  if (lines > 50_000) return [ours];
  return [
    ours,
    job('bandit', [join(programs, 'bandit'), '-q', '-r', '.', '-f', 'json']),
    job('ruff --select S', [
      join(programs, 'ruff'),
      'check',
      '--select',
      'S',
      '--no-cache',
      '--isolated',
      '--exit-zero',
      '.',
    ]),
    job('semgrep, 4 rules', [
      join(programs, 'semgrep'),
      'scan',
      '--metrics',
      'off',
      '--disable-version-check',
      '--quiet',
      '--config',
      join(cache, 'rules.yaml'),
      '.',
    ]),
  ];
}

function main(): void {
  if (!existsSync(dewar)) throw new Error('There is no build: run "npm run build" first.');
  const { programs, code } = prepare();
  const jobs = [
    { title: bare, argv: [process.execPath, '-e', '0'], cwd: work, floor: bare },
    ...sizes.flatMap((lines) => jobsFor(lines, programs, code)),
  ];
  const runs = Number(process.argv[2] ?? 5);
  const least = measureAll(jobs, { runs, python, log: join(work, 'log') });
  console.log(`Least of ${runs} runs, ${cpus().length} processors (${cpus()[0]?.model.trim()}).\n`);
  console.log(
    ['', 'cpu ms', 'wall ms', 'MB'].map((cell, at) => (at === 0 ? cell.padEnd(38) : cell.padStart(9))).join(''),
  );
  for (const { title } of jobs) console.log(row(title, least.get(title)));
  const slow = sizes.flatMap((lines) => faults(lines, least));
  if (slow.length > 0) console.log(`\nOver the limit: ${slow.join('; ')}.`);
  process.exitCode = slow.length > 0 ? 1 : 0;
}

function row(title: string, found: Least | undefined): string {
  const { cpu = Number.NaN, wall = Number.NaN, memory = Number.NaN } = found ?? {};
  return title.padEnd(38) + [cpu, wall, memory].map((value) => value.toFixed(0).padStart(9)).join('');
}

function faults(lines: number, least: ReadonlyMap<string, Least>): string[] {
  const ours = least.get(`dewar audit, ${lines} lines`);
  const bandit = least.get(`bandit, ${lines} lines`);
  if (!ours) return [`no figure for ${lines} lines`];
  return [
    ...(ours.wall > (limits[lines] ?? Number.POSITIVE_INFINITY)
      ? [`${lines} lines took ${ours.wall.toFixed(0)} ms`]
      : []),
    ...(lines <= 50_000 && ours.memory > memoryLimit ? [`${lines} lines took ${ours.memory.toFixed(0)} MB`] : []),
    ...(bandit && lines >= 5_000 && ours.cpu > bandit.cpu ? [`${lines} lines cost more than bandit`] : []),
  ];
}

try {
  main();
} finally {
  rmSync(work, { recursive: true, force: true });
}
