import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answers } from '../mitigation.ts';
import type { Hook, Pack } from '../pack.ts';
import { gitEnvironment } from '../plan/git-environment.ts';
import { repositoryAround } from '../plan/repository.ts';
import { lockSeed } from '../plan/seed.ts';

/** What follows the writing of a new app, only if asked for. */
export interface PostRequest {
  readonly root: string;
  readonly answers: Answers;
  /** What was generated, relative to the root: only this is committed, so that no other file of the user is. */
  readonly files: readonly string[];
  readonly git: boolean;
  readonly install: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}
export interface PostStep {
  readonly name: 'pack' | 'install' | 'git';
  readonly ok: boolean;
  /** One line on success; the tool's own words on failure. */
  readonly message: string;
}
/** Shown while a step runs; the returned function takes it away. */
export type Progress = (what: string) => () => void;

type Run = (command: readonly string[], options?: { readonly input?: string }) => Promise<string>;

/** Installs and commits as asked; a failing step is reported, and what was generated stays as it is. */
export async function afterNew(request: PostRequest, progress: Progress): Promise<PostStep[]> {
  const steps: PostStep[] = [];
  const run = await runnerIn(request);
  // Installing comes first: a lock file that it writes belongs in the first commit.
  if (request.install) steps.push(await step('install', () => install(request, run, progress)));
  if (request.git) steps.push(await step('git', () => firstCommit(request, run, progress)));
  return steps;
}

/** Runs what the trusted code of packs wants done with a new app. */
export async function runHooks(packs: readonly Pack[], done: Parameters<Hook>[0]): Promise<PostStep[]> {
  const steps: PostStep[] = [];
  for (const { id, afterNew: hook } of packs) {
    if (!hook) continue;
    const named = async (): Promise<string> => {
      await hook(done);
      return `The pack ${id} did what it does after a new app.`;
    };
    const { ok, message } = await step('pack', named);
    steps.push({
      name: 'pack',
      ok,
      message: ok ? message : `The pack ${id} failed after the app was written: ${message}`,
    });
  }
  return steps;
}

/** Takes one step after the writing: a failure is told, not thrown. */
export async function step(name: PostStep['name'], act: () => Promise<string>): Promise<PostStep> {
  try {
    return { name, ok: true, message: await act() };
  } catch (error) {
    return { name, ok: false, message: (error as Error).message };
  }
}

/** What makes pip install the locked packages and nothing else. */
const LOCKED = ['--require-hashes', '-r', 'requirements/dev.txt'];

/** The commands that install the dependencies of an app with these answers. */
export function installCommands(
  answers: Answers,
  platform: NodeJS.Platform = process.platform,
): readonly (readonly string[])[] {
  if (answers['deps'] === 'uv')
    return [
      ['uv', 'lock'],
      ['uv', 'sync', '--locked', '--extra', 'dev'],
    ];
  const windows = platform === 'win32';
  const pip = [windows ? '.venv\\Scripts\\python.exe' : '.venv/bin/python', '-m', 'pip', 'install', '--quiet'];
  return [
    [windows ? 'python' : 'python3', '-m', 'venv', '.venv'],
    [...pip, ...LOCKED],
    // The build backend is among what was just installed: nothing comes without a hash.
    [...pip, '--no-deps', '--no-build-isolation', '-e', '.'],
  ];
}

/** The command that brings an environment that is there to the app's locks. */
export function syncCommand(answers: Answers): string {
  const commands = answers['deps'] === 'uv' ? installCommands(answers) : [['pip', 'install', ...LOCKED]];
  return commands.map((words) => words.join(' ')).join(' && ');
}

/** The command that runs an app in development; without tiers there is none that needs no further settings. */
export function runCommand(answers: Answers, platform: NodeJS.Platform = process.platform): string {
  const flask = `flask --app ${answers['package']} run`;
  return platform === 'win32'
    ? `$env:APP_ENV = 'development'; .venv\\Scripts\\${flask}`
    : `APP_ENV=development .venv/bin/${flask}`;
}

async function install({ root, answers }: PostRequest, run: Run, progress: Progress): Promise<string> {
  const forgetSeed = answers['deps'] === 'uv' ? seedUvLock(root) : () => {};
  try {
    for (const command of installCommands(answers)) {
      const done = progress(command.join(' '));
      await run(command).finally(done);
    }
  } finally {
    forgetSeed();
  }
  return 'Dependencies are installed.';
}

/** Lets `uv lock` choose the versions that the app was written with; the result removes what uv did not finish. */
function seedUvLock(root: string): () => void {
  const [from, to] = [join(root, 'requirements/dev.txt'), join(root, 'uv.lock')];
  if (!existsSync(from) || existsSync(to)) return () => {};
  const seed = lockSeed(readFileSync(from, 'utf8'));
  writeFileSync(to, seed);
  return () => {
    if (existsSync(to) && readFileSync(to, 'utf8') === seed) rmSync(to);
  };
}

async function firstCommit({ root, files }: PostRequest, run: Run, progress: Progress): Promise<string> {
  const repository = repositoryAround(root);
  if (repository !== undefined) return `${repository} is a Git repository already: nothing was committed.`;
  const done = progress('git commit');
  try {
    await run(['git', 'init', '--quiet']);
    const beside = ['.dewar', 'uv.lock'].filter((path) => existsSync(join(root, path)) && !files.includes(path));
    const input = [...files, ...beside].join('\0');
    // Forced: the user's own ignore rules, such as `.env*`, would make Git refuse a file that belongs to the app.
    const add = ['add', '--force', '--pathspec-from-file=-', '--pathspec-file-nul'];
    await run(['git', '--literal-pathspecs', ...add], { input });
    await run(['git', 'commit', '--quiet', '--message', 'Start from Dewar']);
    return 'Git repository with a first commit.';
  } finally {
    done();
  }
}

/** Runs commands in the folder of the app, without a shell; it fails with what they said. */
export async function runnerIn({ root, env }: Pick<PostRequest, 'root' | 'env'>): Promise<Run> {
  const { execa } = await import('execa');
  const own = gitEnvironment(env);
  return async ([file = '', ...rest], { input } = {}) => {
    const given = input === undefined ? { stdin: 'ignore' as const } : { input };
    const result = await execa(file, rest, {
      cwd: root,
      env: own,
      extendEnv: false,
      reject: false,
      preferLocal: false,
      ...given,
    });
    if (!result.failed) return result.stdout.trim();
    if (result.code === 'ENOENT') {
      throw new Error(`${file} was not found: install it, or take this step later.`);
    }
    const said = [result.stderr, result.stdout].map((text) => text?.trim() ?? '').filter((text) => text !== '');
    throw new Error([`${[file, ...rest].join(' ')} failed (${result.exitCode ?? result.signal}):`, ...said].join('\n'));
  };
}
