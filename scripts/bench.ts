import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import app from '../generators/app/project.ts';
import { writeHosts } from './bench/host.ts';
import { type Job, measureAll } from './bench/jobs.ts';
import { asTemplate, installNewerNode, installRivals } from './bench/rivals.ts';
import { broken, table } from './bench/table.ts';

// How fast Dewar starts and works, as ratios to bare Node on the same machine in the same run. Usage: npm run bench [RUNS]

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, '.cache/bench');
/** A new folder on one file system for all that is measured; removed in the end only. */
const work = mkdtempSync(join(tmpdir(), 'dewar-bench-'));
const dewar = join(root, 'dist/dewar.js');
const generator = join(root, 'dist/generators/app/index.js');
const python = process.env['PYTHON'] ?? 'python3';
const bare = `node ${process.versions.node} -e 0`;

/** What is promised of Dewar, on this Node. */
function ours(hosts: { readonly slim: string; readonly whole: string }): Job[] {
  const node = (title: string, args: readonly string[], rest: Partial<Job> = {}): Job => ({
    title,
    argv: [process.execPath, ...args],
    cwd: work,
    floor: bare,
    ...rest,
  });
  const yeoman = { cwd: join(work, 'yeoman/acme'), aside: join(work, 'yeoman') };
  return [
    node(bare, ['-e', '0']),
    node('dewar --version', [dewar, '--version'], { limit: 1.25 }),
    node('dewar --help', [dewar, '--help'], { limit: 1.25 }),
    node('dewar new --yes', [dewar, 'new', 'command/acme', '--yes'], { limit: 1.8, aside: join(work, 'command') }),
    node('dewar new, first prompt', [dewar, 'new', 'asked'], { limit: 2, until: firstQuestion(), env: { CI: '' } }),
    node('Yeoman host, slim', [hosts.slim, generator, yeoman.cwd], { limit: 5, ...yeoman }),
    node('Yeoman host, as npm installs it', [hosts.whole, generator, yeoman.cwd], yeoman),
  ];
}

/** The same on a newer Node; a promise there is that it takes no more milliseconds. */
function newer(program: string): Job[] {
  const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim().slice(1);
  const floor = `node ${version} -e 0`;
  const job = (title: string, args: readonly string[], rest: Partial<Job> = {}): Job => ({
    title,
    argv: [program, ...args],
    cwd: work,
    floor,
    ...rest,
  });
  return [
    job(floor, ['-e', '0']),
    job(`dewar --version, node ${version}`, [dewar, '--version']),
    job(`dewar new --yes, node ${version}`, [dewar, 'new', 'newer/acme', '--yes'], { aside: join(work, 'newer') }),
  ];
}

/** Other scaffolders, with the files of a Dewar app as their template; sv has only its own. */
function rivals(files: string): Job[] {
  const { bin, sv } = installRivals(cache, python);
  const template = join(work, 'cookiecutter');
  const copied = join(work, 'copier');
  const count = asTemplate(files, join(template, '{{ cookiecutter.package }}'), {
    written: 'acme',
    variable: 'cookiecutter.package',
  });
  writeFileSync(join(template, 'cookiecutter.json'), '{"package": "acme"}\n');
  asTemplate(files, copied, { written: 'acme', variable: 'package' });
  writeFileSync(
    join(copied, 'copier.yml'),
    '_templates_suffix: ""\n_exclude: ["copier.yml"]\npackage: {type: str, default: acme}\n',
  );
  const job = (title: string, argv: readonly string[]): Job => {
    const out = join(work, 'rival');
    return { title, argv, cwd: out, aside: out, floor: bare, env: { HOME: work } };
  };
  return [
    job(`cookiecutter, ${count} files`, [join(bin, 'cookiecutter'), '--no-input', template]),
    job(`copier, ${count} files`, [join(bin, 'copier'), 'copy', '--quiet', '--defaults', copied, 'acme']),
    job('sv create, own template', [
      process.execPath,
      sv,
      ...'create acme --template minimal --types ts --no-add-ons --no-install'.split(' '),
    ]),
  ];
}

function firstQuestion(): string {
  return Object.values(app.questions)[0]?.message ?? '';
}

async function main(): Promise<void> {
  if (!existsSync(dewar)) throw new Error('There is no build: run "npm run build" first.');
  if (process.platform === 'win32') throw new Error('The bench needs a system with wait4 and pseudo-terminals.');
  execFileSync(process.execPath, [dewar, 'new', 'sample/acme', '--yes', '--quiet'], { cwd: work });
  const newerNode = installNewerNode(cache);
  const jobs = [
    ...ours(await writeHosts(root, cache)),
    ...(newerNode === undefined ? [] : newer(newerNode)),
    ...rivals(join(work, 'sample/acme')),
  ];
  const runs = Number(process.argv[2] ?? 12);
  const least = measureAll(jobs, { runs, python, log: join(work, 'log') });
  console.log(
    `Least of ${runs} runs, ${cpus().length} processors (${cpus()[0]?.model.trim()}).\n\n${table(jobs, least)}`,
  );
  const slow = broken(jobs, least);
  if (slow.length > 0) console.log(`\nOver the limit: ${slow.join('; ')}.`);
  process.exitCode = slow.length > 0 ? 1 : 0;
}

try {
  await main();
} finally {
  rmSync(work, { recursive: true, force: true });
}
