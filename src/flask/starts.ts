import type { Command, DeployFacts, DeployRole } from '../deploy/facts.ts';
import { baseName } from '../deploy/shell.ts';
import type { Place } from '../mitigation.ts';
import type { RunFacts } from './runs.ts';

/** What starts the app. */
export interface StartFacts extends Place {
  /** `flask` for the development server, else the name of the production server. */
  readonly server: string;
  readonly production: boolean;
  /** Switches the debugger on. */
  readonly debug: boolean;
  readonly role: DeployRole;
  readonly origin: Command['origin'];
}

const productionServer =
  /^(gunicorn3?|uwsgi|waitress-serve|hypercorn|uvicorn|daphne|granian|mod_wsgi-express|unitd|twistd|chaussette|circusd|apache2ctl|apache2-foreground|httpd|passenger|bjoern|uwsgi_python3?)$/;

/** The commands of the deployment that start the app, read as what they run. */
export function findStarts(deploy: Pick<DeployFacts, 'commands'>, runs: readonly RunFacts[]): StartFacts[] {
  return deploy.commands.flatMap((command) => {
    const found = startOf(command, runs);
    const { file, line, text, role, origin } = command;
    return found ? [{ file, line, text, role, origin, ...found }] : [];
  });
}

type Start = Pick<StartFacts, 'server' | 'production' | 'debug'>;

function startOf(command: Command, runs: readonly RunFacts[]): Start | undefined {
  const words = command.words.filter((word) => word !== '');
  const [program = '', ...rest] = words;
  const name = baseName(program).replace(/^python[\d.]*$/, 'python');
  if (name === 'python') return ofPython(command, rest, runs);
  return ofProgram(name, rest, command);
}

function ofProgram(name: string, rest: readonly string[], { variables }: Command): Start | undefined {
  if (productionServer.test(name)) return { server: name, production: true, debug: false };
  if (name === 'pserve') return { server: 'waitress', production: true, debug: false };
  const runs = rest.some((word) => /^(run|runserver|run_server)$/.test(word));
  if (!/^(flask|connexion|fabmanager|ab|manage\.py|\S+\/manage\.py)$/.test(name) || !runs) return undefined;
  const debug =
    rest.some((word) => /^(--debug|--debugger|-d)$/.test(word)) ||
    /^(1|true|on|yes)$/i.test(variables['FLASK_DEBUG'] ?? '');
  return { server: 'flask', production: false, debug };
}

/** `python -m flask run`, `python -m gunicorn`, `python app.py`. */
function ofPython(command: Command, rest: readonly string[], runs: readonly RunFacts[]): Start | undefined {
  const flag = rest.indexOf('-m');
  if (flag !== -1) {
    const [module = '', ...args] = rest.slice(flag + 1);
    const known = ofProgram(module, args, command);
    return (
      known ??
      ofScript(`${module.replaceAll('.', '/')}.py`, args, runs) ??
      ofScript(`${module.replaceAll('.', '/')}/__main__.py`, args, runs)
    );
  }
  const at = rest.findIndex((word) => !word.startsWith('-'));
  const script = rest[at];
  return script === undefined ? undefined : ofScript(script, rest.slice(at + 1), runs);
}

/** What a script of the repository runs when it is started. */
function ofScript(script: string, args: readonly string[], runs: readonly RunFacts[]): Start | undefined {
  const name = baseName(script);
  if (name === 'manage.py' && args.some((word) => /^runserver/.test(word)))
    return { server: 'flask', production: false, debug: args.includes('--debug') || args.includes('-d') };
  const own = runs.filter(({ file }) => baseName(file) === name);
  const near = own.filter(({ file }) => file.endsWith(script.replace(/^(\.?\/)+/, '')));
  const found = near.length > 0 ? near : own;
  const [first] = found;
  if (!first) return undefined;
  const other = found.find(({ server }) => server !== 'flask');
  return other
    ? { server: other.server, production: true, debug: false }
    : { server: 'flask', production: false, debug: false };
}
