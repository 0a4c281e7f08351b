import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { last, type Stage, type Step, stagesOf, withEnv } from './dockerfile.ts';
import { run } from './python.ts';
import { building, own } from './sandbox.ts';

/** What a Dockerfile makes of a stage, for a container to start from. */
export interface Image {
  readonly files: string;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly user: { readonly uid: number; readonly gid: number };
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
}

type Environment = Readonly<Record<string, string>>;

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Makes the images of an app's Dockerfile: every RUN line is run, every COPY done. This machine stands in for the base
 * images: its Python, in a fresh environment at /usr/local, and its Nginx.
 */
export function buildImages(app: string, top: string): ReadonlyMap<string, Image> {
  const images = new Map<string, Image>();
  for (const stage of stagesOf(readFileSync(join(app, 'Dockerfile'), 'utf8')))
    images.set(stage.name, build(stage, { app, files: join(top, `image-${stage.name}`), images }));
  return images;
}

interface Making {
  readonly app: string;
  readonly files: string;
  readonly images: ReadonlyMap<string, Image>;
}

function build(stage: Stage, making: Making): Image {
  lay(stage.from, making.files);
  const env = stage.steps.reduce<Environment>((before, step) => take(step, before, making), { PATH });
  const [uid = 0, gid = 0] = (last(stage, 'USER') ?? '').split(':').map(Number);
  const check = /CMD (\[.*\])$/.exec(last(stage, 'HEALTHCHECK') ?? '')?.[1] ?? '[]';
  const command = JSON.parse(last(stage, 'CMD') ?? '[]');
  const folder = last(stage, 'WORKDIR') ?? '/';
  return { files: making.files, env, folder, user: { uid, gid }, command, healthcheck: JSON.parse(check) };
}

/** Does one step; gives the environment of those that follow. */
function take({ word, rest }: Step, env: Environment, making: Making): Environment {
  if (word === 'COPY') copy(rest, making);
  if (word === 'RUN') inside(making.files, ['sh', '-ec', rest], { ...registry(), ...env });
  return word === 'ENV' ? withEnv(env, rest) : env;
}

/** pip finds its index the way it does on this machine. */
function registry(): Environment {
  const names = Object.keys(process.env).filter((name) => /^PIP_|_proxy$|^(SSL|REQUESTS)_|^HOME$/i.test(name));
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
}

/** What the base image would bring. */
function lay(from: string, files: string): void {
  for (const each of own) mkdirSync(join(files, each), { recursive: true });
  run('cp', ['-a', '/etc/.', join(files, 'etc')]);
  for (const each of ['lib/nginx', 'log/nginx', 'cache/nginx'])
    mkdirSync(join(files, 'var', each), { recursive: true });
  if (!from.startsWith('python:')) return;
  // The `python` and `pip` of the base image.
  const python = run('python3', ['-c', 'import os, sys; print(os.path.realpath(sys.executable))']).trim();
  inside(files, [python, '-m', 'venv', '/usr/local'], { PATH });
}

function inside(files: string, command: readonly string[], env: Environment): void {
  const [program = '', ...args] = building({ files, env, folder: '/' }, command);
  run(program, args);
}

function copy(rest: string, { app, files, images }: Making): void {
  const words = rest.split(/\s+/);
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
  const target = words.pop() ?? '';
  const source = from === undefined ? app : (images.get(from)?.files ?? '');
  for (const word of words) {
    const path = join(source, word);
    const folder = statSync(path).isDirectory();
    const to = join(files, target.endsWith('/') && !folder ? join(target, basename(word)) : target);
    mkdirSync(dirname(to), { recursive: true });
    // Docker's context is what .dockerignore leaves; compiled files are not in it.
    cpSync(path, to, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (each) => from !== undefined || !each.includes('__pycache__'),
    });
  }
}
