import type { EnvironmentValue } from '../../src/deploy/facts.ts';
import { baseName } from '../../src/deploy/shell.ts';
import { countingFacts } from '../../src/flask/effective.ts';
import type { AppFacts } from '../../src/flask/facts.ts';
import { argumentFlag, flag, placeOf } from '../../src/flask/flags.ts';
import type { RunFacts } from '../../src/flask/runs.ts';
import type { Finding, Rule } from '../../src/mitigation.ts';
import { lineAt, quote } from '../../src/source/text.ts';
import { defaultOn, toolbar } from './deployed.ts';

const weakness = 'CWE-489';
const yes = /^(1|true|yes|on|t|y)$/i;

/** Another way than this call serves the app in production. */
function servedOtherwise(app: AppFacts, { file }: RunFacts): boolean {
  const starts = app.starts.filter(({ role }) => role === 'production');
  if (starts.some((start) => !start.production && start.text.includes(baseName(file)))) return false;
  return (
    starts.some(({ production }) => production) ||
    app.runs.some((run) => run.server !== 'flask' && run.role === 'production') ||
    app.deploy.packages.some(
      ({ name, group }) => group === 'runtime' && /^(gunicorn|uwsgi|waitress|mod-wsgi|hypercorn|bjoern)$/.test(name),
    )
  );
}

const runDebug: Rule = {
  id: 'debug/run-debug',
  severity: 'high',
  weakness,
  message: 'The app is run with the debugger: who meets an error can run code.',
  *find(app) {
    for (const run of app.runs.filter(({ role, server }) => role === 'production' && server === 'flask'))
      yield* runFault(app, run);
  },
};

function* runFault(app: AppFacts, run: RunFacts): Iterable<Finding> {
  if (!run.debug) return;
  const { is, preset } = argumentFlag(app, run.debug, { file: run.file, scope: run.scope });
  const on = is === 'on';
  if (!on && !(is === 'varies' && preset)) return;
  const only = on && !servedOtherwise(app, run);
  yield {
    place: placeOf(run),
    why: on
      ? only
        ? 'The only way to run the app switches the debugger on.'
        : 'Whoever runs this file serves the debugger.'
      : 'The debugger is on unless the environment says otherwise.',
    fix: 'Remove debug=True and use `flask run --debug` on your own machine.',
    atMost: only ? 'missing' : 'partial',
  };
}

const configOn: Rule = {
  id: 'debug/config-on',
  severity: 'high',
  weakness,
  message: 'The configuration of production switches debug on.',
  *find(app) {
    const { is, preset, conditional } = flag(app, 'DEBUG');
    const fact = countingFacts(app, 'DEBUG').at(-1);
    if (fact?.role !== 'production' || !(is === 'on' || (is === 'varies' && preset))) return;
    const why = is === 'on' ? 'DEBUG is on in production.' : 'DEBUG is on unless the environment says otherwise.';
    const fix = 'Leave DEBUG off; `flask run --debug` switches it on while you work.';
    yield { place: placeOf(fact), why, fix, atMost: is === 'on' && !conditional ? 'missing' : 'partial' };
  },
};

const environment: Rule = {
  id: 'debug/environment',
  severity: 'high',
  weakness,
  message: 'A committed file switches debug on.',
  *find(app) {
    const on = app.deploy.environment.filter((each) => switchesOn(app, each));
    const fix = 'Remove FLASK_DEBUG; use `flask run --debug` on your own machine.';
    for (const each of on.filter(({ role }) => role === 'production'))
      yield {
        place: placeOf(each),
        why: `${each.name} switches debug on where production runs.`,
        fix,
        atMost: 'missing',
      };
    // Other files for development are meant for that: this one is read by every `flask` command.
    for (const each of on.filter(({ origin }) => origin === 'flaskenv'))
      yield { place: placeOf(each), why: 'Every `flask` command of this folder runs in debug.', fix };
  },
};

/** Below Flask 2.3 FLASK_ENV does it, too. */
function switchesOn(app: AppFacts, { name, value }: EnvironmentValue): boolean {
  if (name === 'FLASK_DEBUG') return yes.test(value);
  return name === 'FLASK_ENV' && value === 'development' && hasOldFlask(app);
}

function hasOldFlask({ deploy }: AppFacts): boolean {
  return deploy.packages.some(
    ({ name, range }) => name === 'flask' && /^\s*(==|~=|<=?)\s*(0|1|2\.[0-2])(\D|$)/.test(range),
  );
}

const command: Rule = {
  id: 'debug/command',
  severity: 'high',
  weakness,
  message: 'Production is started with the debugger.',
  atMost: 'missing',
  *find(app) {
    for (const start of app.starts)
      if (start.debug && start.role === 'production')
        yield {
          place: placeOf(start),
          why: 'This command starts the app with the debugger.',
          fix: 'Start a production server, such as Gunicorn.',
        };
  },
};

const wrapped: Rule = {
  id: 'debug/debugger',
  severity: 'high',
  weakness,
  message: "Werkzeug's debugger is wrapped around the app, or its PIN is switched off.",
  *find(app) {
    for (const module of [...app.modules.values()].filter(({ role }) => role === 'production')) {
      const calls = module.calls.filter(
        ({ target, conditional }) => /(^|\.)DebuggedApplication$/.test(target) && !conditional,
      );
      for (const { start } of calls)
        yield {
          place: { file: module.path, line: lineAt(module.source, start), text: quote(module.source, start) },
          why: 'Every error shows a console that runs code.',
          fix: 'Remove DebuggedApplication.',
        };
    }
    for (const each of app.deploy.environment.filter(
      ({ name, role }) => name === 'WERKZEUG_DEBUG_PIN' && role !== 'docs',
    ))
      if (each.value === 'off')
        yield {
          place: placeOf(each),
          why: 'The console of the debugger asks for no PIN.',
          fix: 'Remove WERKZEUG_DEBUG_PIN.',
        };
  },
};

const propagate: Rule = {
  id: 'debug/propagates-errors',
  severity: 'medium',
  weakness: 'CWE-215',
  message: 'Errors leave the app past its error pages in production.',
  *find(app) {
    for (const key of ['PROPAGATE_EXCEPTIONS', 'TRAP_HTTP_EXCEPTIONS', 'TRAP_BAD_REQUEST_ERRORS', 'DEBUG_TB_ENABLED']) {
      const { is, place, conditional } = flag(app, key);
      if (is === 'on' && place && !conditional)
        yield {
          place,
          why: `${key} is on in production.`,
          fix: `Remove ${key}.`,
          // The server answers what gets past the error pages, and shows nothing of it.
          ...(key !== 'DEBUG_TB_ENABLED' && { atMost: 'implemented' as const }),
        };
    }
  },
};

const reads = /(environ|getenv|env|config)\b.{0,20}["']FLASK_ENV["']/;

const flaskEnv: Rule = {
  id: 'debug/flask-env',
  severity: 'low',
  weakness: 'CWE-1188',
  message: 'FLASK_ENV has no effect from Flask 2.3 on.',
  *find(app) {
    // An app that reads it itself gives it a meaning of its own.
    if ([...app.modules.values()].some(({ role, source }) => role === 'production' && reads.test(source.text))) return;
    if (hasOldFlask(app)) return;
    for (const each of app.deploy.environment)
      if (each.name === 'FLASK_ENV' && each.role !== 'docs')
        yield {
          place: placeOf(each),
          why: 'Flask 2.3 and newer read FLASK_DEBUG only.',
          fix: 'Remove FLASK_ENV; name the tier by a variable of your own.',
        };
    const fact = countingFacts(app, 'ENV').at(-1);
    if (fact?.role === 'production')
      yield { place: placeOf(fact), why: 'Flask 2.3 and newer do not read ENV.', fix: 'Remove the setting.' };
  },
};

/** Faults that let production run in debug. */
export const rules: readonly Rule[] = [
  runDebug,
  configOn,
  defaultOn,
  environment,
  command,
  wrapped,
  toolbar,
  propagate,
  flaskEnv,
];
