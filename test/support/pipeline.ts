import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { run } from './python.ts';

/** A job of a pipeline: its commands, each of which runs in a shell of its own or in that of the others. */
export interface Job {
  readonly name: string;
  readonly commands: readonly string[];
  /** GitLab runs all commands of a job in one shell, GitHub each step in its own. */
  readonly oneShell: boolean;
}

/** What came of the commands: how many ended well, and what the last one printed. */
export interface Outcome {
  readonly passed: readonly string[];
  readonly failed: string | undefined;
  readonly output: string;
}

interface GitHub {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
}
type GitLab = Readonly<Record<string, { extends?: string; before_script?: string[]; script?: string[] }>>;

/** The jobs of the pipeline that an app has. */
export function jobsOf(app: string): Job[] {
  const github = join(app, '.github/workflows/ci.yml');
  if (existsSync(github)) {
    const { jobs } = parse(readFileSync(github, 'utf8')) as GitHub;
    return Object.entries(jobs).map(([name, { steps }]) => ({
      name,
      commands: steps.flatMap((step) => step.run ?? []),
      oneShell: false,
    }));
  }
  const file = parse(readFileSync(join(app, '.gitlab-ci.yml'), 'utf8')) as GitLab;
  const jobs = Object.entries(file).filter(([name, { script }]) => script !== undefined && !name.startsWith('.'));
  return jobs.map(([name, { extends: base = '', before_script = file[base]?.before_script ?? [], script = [] }]) => ({
    name,
    commands: [...before_script, ...script],
    oneShell: true,
  }));
}

/** Runs a job as its service does: in a fresh clone, with a fresh environment, until a command fails. */
export function runJob(job: Job, origin: string, given: { folder: string; env: NodeJS.ProcessEnv }): Outcome {
  mkdirSync(given.folder, { recursive: true });
  const cwd = join(given.folder, 'clone');
  run('git', ['clone', '--quiet', '--no-local', origin, cwd]);
  run('python3', ['-m', 'venv', join(given.folder, 'venv')]);
  const PATH = `${join(given.folder, 'venv/bin')}:${given.env['PATH']}`;
  const env = { ...process.env, CI: 'true', PIP_DISABLE_PIP_VERSION_CHECK: '1', ...given.env, PATH };
  return job.oneShell ? inOneShell(job, cwd, env) : inShells(job, cwd, env);
}

function inShells({ commands }: Job, cwd: string, env: NodeJS.ProcessEnv): Outcome {
  const passed: string[] = [];
  for (const command of commands) {
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', command], { cwd, env, encoding: 'utf8' });
    if (status !== 0) return { passed, failed: command, output: stdout + stderr };
    passed.push(command);
  }
  return { passed, failed: undefined, output: '' };
}

const mark = '-- next command --';

function inOneShell({ commands }: Job, cwd: string, env: NodeJS.ProcessEnv): Outcome {
  const script = ['set -eo pipefail', ...commands.flatMap((command) => [`echo '${mark}'`, command])].join('\n');
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd, env, encoding: 'utf8' });
  const begun = stdout.split(mark).length - 1;
  if (status === 0) return { passed: commands, failed: undefined, output: '' };
  return { passed: commands.slice(0, begun - 1), failed: commands[begun - 1], output: stdout + stderr };
}
