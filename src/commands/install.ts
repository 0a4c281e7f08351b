import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type PostStep, type Progress, runnerIn, step } from './post.ts';

/** What is to be installed where. */
export interface InstallRequest {
  readonly root: string;
  /** Command lines of the app's own tools, in their order. */
  readonly commands: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
}

/** Runs what brings the new packages into the app's environment; a failing command is reported, and what was written stays. */
export function installAdded(request: InstallRequest, progress: Progress): Promise<PostStep> {
  return step('install', async () => {
    const lines = request.commands.flatMap((line) => line.split(' && '));
    const environment = environmentOf(request);
    // Each is looked at before the first one runs.
    const commands = lines.map((line) => ({ line, words: wordsOf(line, environment) }));
    const run = await runnerIn({ root: request.root, env: within(request.env, environment) });
    for (const { line, words } of commands) {
      const done = progress(line);
      await run(words).finally(done);
    }
    return 'The new packages are installed.';
  });
}

/** A virtual environment: its folder, and that of its programs. */
interface Environment {
  readonly folder: string;
  readonly programs: string;
}

/** The environment that is active, else the one in the folder of the app. */
function environmentOf({ root, env, platform = process.platform }: InstallRequest): Environment | undefined {
  const own = ['.venv', 'venv'].map((name) => join(root, name)).find((path) => existsSync(join(path, 'pyvenv.cfg')));
  const folder = env['VIRTUAL_ENV'] || env['CONDA_PREFIX'] || own;
  return folder ? { folder, programs: join(folder, platform === 'win32' ? 'Scripts' : 'bin') } : undefined;
}

function within(env: InstallRequest['env'], environment: Environment | undefined): InstallRequest['env'] {
  if (!environment) return env;
  const { folder, programs } = environment;
  return { ...env, VIRTUAL_ENV: folder, PATH: [programs, env['PATH'] ?? ''].join(delimiter) };
}

/** Tools that are known to do nothing but this; a line that a file of the app names may be anything. */
const tools = ['pip', 'pip-compile', 'uv', 'poetry', 'pdm', 'pipenv'];

function wordsOf(line: string, environment: Environment | undefined): readonly string[] {
  const words = line.split(/\s+/).filter((word) => word !== '');
  const [tool = '', ...rest] = words;
  if (!tools.includes(tool) || /["'`$;&|<>\\]/.test(line))
    throw new Error(`${line} is not run by Dewar: run it yourself.`);
  if (tool !== 'pip') return words;
  if (environment) return ['python', '-m', 'pip', ...rest];
  throw new Error(
    `There is no virtual environment to install into: activate the one of the app, or make one with "python3 -m venv .venv", then run: ${line}`,
  );
}
