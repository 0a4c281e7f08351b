import type { AppFacts } from '../../src/flask/facts.ts';
import type { RunFacts } from '../../src/flask/runs.ts';
import type { StartFacts } from '../../src/flask/starts.ts';
import type { WsgiTarget } from '../../src/flask/wsgi.ts';
import type { Value } from '../../src/python/model.ts';
import { lineAt } from '../../src/source/text.ts';

interface Replaced {
  readonly start: StartFacts;
  readonly target: WsgiTarget;
  /** The words of the command that is replaced. */
  readonly command: readonly string[];
}

/** The command that serves the same app at the same address; undefined where that cannot be told. */
export function gunicornWords(app: AppFacts, { start, target, command }: Replaced): string[] | undefined {
  const script = command.find((word) => word.endsWith('.py'));
  const run = script === undefined ? undefined : onlyRun(app, script);
  if (script !== undefined && (!run || !fits(target, run.file))) return undefined;
  if (script === undefined && (target.folder !== '' || !/(^|\s)(\S*\/)?flask\b/.test(command.join(' '))))
    return undefined;
  const address = addressOf(start, command, run);
  const folder = script?.replace(/\/?[^/]*$/, '') ?? '';
  return [
    ...programOf(command),
    ...(address === undefined ? [] : ['--bind', address]),
    ...['--workers', '2', '--threads', '4'],
    ...(folder === '' ? [] : ['--chdir', folder]),
    target.target,
  ];
}

/** From the environment that the command names by its path; systemd knows no other way. */
function programOf([program = '']: readonly string[]): string[] {
  if (!program.includes('/')) return ['gunicorn'];
  return /python[\d.]*$/.test(program) ? [program, '-m', 'gunicorn'] : [program.replace(/[^/]*$/, 'gunicorn')];
}

/** The module is imported from the folder of the script, as when Python runs that. */
function fits({ folder }: WsgiTarget, script: string): boolean {
  return folder === script.split('/').slice(0, -1).join('/');
}

/** The call of a script that runs the app, where the script does nothing else when it is started. */
function onlyRun(app: AppFacts, script: string): RunFacts | undefined {
  const name = script.replace(/^(\.?\/)+/, '');
  const [run, ...others] = app.runs.filter(({ file }) => file === name || file.endsWith(`/${name}`));
  const module = run && app.modules.get(run.file);
  const call = module?.calls.find(
    ({ start, callee }) => lineAt(module.source, start) === run?.line && /run/.test(callee),
  );
  if (!run || others.length > 0 || run.server !== 'flask' || !call || usesSockets(run)) return undefined;
  const beside = module?.calls.some(
    ({ step, start, end }) => step.start === call.step.start && (end <= call.start || start >= call.end),
  );
  return run.main && beside ? undefined : run;
}

/** `socketio.run(app)` is a server of its own kind. */
function usesSockets({ text }: RunFacts): boolean {
  return /socket/i.test(text);
}

/** Platforms name the port by PORT, which Gunicorn reads itself; an image is reached from outside only. */
function addressOf({ origin }: StartFacts, command: readonly string[], run: RunFacts | undefined): string | undefined {
  const host = option(command, ['--host', '-h']) ?? literalOf(run?.host);
  const port = option(command, ['--port', '-p']) ?? literalOf(run?.options.get('port'));
  if ((origin === 'procfile' || origin === 'platform') && (port === undefined || /PORT/.test(port))) return undefined;
  return `${host ?? (origin === 'image' || origin === 'compose' ? '0.0.0.0' : '127.0.0.1')}:${port ?? '5000'}`;
}

function option(command: readonly string[], names: readonly string[]): string | undefined {
  for (const [index, word] of command.entries()) {
    const [name = '', value] = word.split('=');
    if (names.includes(name)) return value ?? command[index + 1];
  }
  return undefined;
}

function literalOf(value: Value | undefined): string | undefined {
  return value?.kind === 'literal' && value.value !== null ? String(value.value) : undefined;
}
