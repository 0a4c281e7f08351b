import { entry, startupCheck } from '../../src/changes.ts';
import type { EnvironmentValue } from '../../src/deploy/facts.ts';
import { replaceValue } from '../../src/deploy/replace-value.ts';
import { chosenByDefault } from '../../src/flask/default-class.ts';
import type { AppFacts, SettingFact } from '../../src/flask/facts.ts';
import { flag, placeOf } from '../../src/flask/flags.ts';
import { switchedOff } from '../../src/flask/switches.ts';
import type { ByHand, Change, Place, SpliceChange, Wiring } from '../../src/mitigation.ts';
import { overlay } from '../../src/plan/overlay.ts';
import {
  indentAt,
  lineAt,
  lineEnd,
  lineStart,
  quote,
  type Source,
  type Span,
  startOfLine,
} from '../../src/source/text.ts';

const fix = 'Production shows no debugger; set APP_ENV=development on your own machine.';

/** What an app gets that Dewar did not write: whatever switches the debugger on is switched off, and a check stays. */
const wiring: Wiring = function* (context) {
  const { app } = context;
  yield* overlay('debug', context);
  yield* startupCheck(context, 'debug', 30);
  yield entry('debug.leaking', 'LEAKING = ("TRAP_HTTP_EXCEPTIONS", "TRAP_BAD_REQUEST_ERRORS")');
  yield* runs(app);
  for (const key of ['DEBUG', 'DEBUG_TB_ENABLED']) yield* settings(app, key);
  for (const key of ['TRAP_HTTP_EXCEPTIONS', 'TRAP_BAD_REQUEST_ERRORS']) yield* settings(app, key);
  yield* errorsPastPages(app);
  yield* environment(app);
  yield* commands(app);
  yield* wrapped(app);
};

export default wiring;

function* runs(app: AppFacts): Iterable<Change> {
  for (const { debug, file, scope, role } of app.runs)
    if (debug && role === 'production') yield* switchedOff(debug, { app, file, scope, tier: 'development', why: fix });
}

/** A class for development may say so, unless the app takes it by default. */
function* settings(app: AppFacts, key: string): Iterable<Change> {
  const taken = chosenByDefault(app).map(({ target }) => target);
  const applies = ({ tier, holder = '' }: SettingFact): boolean =>
    tier === 'development' ? taken.some((target) => `.${holder}`.endsWith(`.${target}`)) : tier !== 'testing';
  const own = app.settings.filter((fact) => fact.key === key && fact.role === 'production' && applies(fact));
  for (const { value, file, scope } of own)
    yield* switchedOff(value, { app, file, scope, tier: 'development', why: fix });
}

/** Some libraries need it, so it stays; errors then go to the server's log and not to the app's page. */
function* errorsPastPages(app: AppFacts): Iterable<ByHand> {
  const { is, place } = flag(app, 'PROPAGATE_EXCEPTIONS');
  if (is !== 'on' || !place) return;
  const what =
    'PROPAGATE_EXCEPTIONS is on in production, so that errors leave the app past its error page. Remove it, unless an extension (Flask-RESTful beside Flask-JWT-Extended) needs it.';
  yield { kind: 'by-hand', place, what };
}

const yes = /^(1|true|yes|on|t|y)$/i;
const safe: Readonly<Record<string, readonly [wrong: RegExp, right: string]>> = {
  FLASK_DEBUG: [yes, '0'],
  FLASK_ENV: [/^dev/i, 'production'],
  WERKZEUG_DEBUG_PIN: [/^off$/i, 'on'],
};

function* environment(app: AppFacts): Iterable<SpliceChange | ByHand> {
  for (const each of app.deploy.environment) {
    const [wrong, right = ''] = safe[each.name] ?? [];
    if (!wrong?.test(each.value) || !counts(each)) continue;
    const source = app.source(each.file);
    const splice = source && replaceValue(source, each, right);
    const why = `${each.name}=${each.value} runs the app in debug.`;
    yield splice ? { ...splice, kind: 'splice', file: each.file, why } : byHand(each, why);
  }
}

/** What is only for development may say so; but each `flask` command of the folder reads .flaskenv. */
function counts({ role, origin }: EnvironmentValue): boolean {
  return role === 'production' || (role !== 'docs' && origin === 'flaskenv');
}

/** `flask run --debug` as the command of production. */
function* commands(app: AppFacts): Iterable<SpliceChange | ByHand> {
  for (const start of app.starts) {
    if (!start.debug || start.role !== 'production') continue;
    const source = app.source(start.file);
    const begin = source ? startOfLine(source, start.line) : 0;
    const at = source?.text.slice(begin, lineEnd(source, begin)).search(/--debug\b/) ?? -1;
    const why = 'This command starts the app with the debugger.';
    const splice = { start: begin + at, expected: '--debug', insert: '--no-debug' };
    yield at === -1 ? byHand(start, why) : { ...splice, kind: 'splice', file: start.file, why };
  }
}

/** `app.wsgi_app = DebuggedApplication(app.wsgi_app)` is done in development only. */
function* wrapped(app: AppFacts): Iterable<SpliceChange | ByHand> {
  for (const { calls, source, role } of app.modules.values())
    for (const { target, conditional, step } of role === 'production' ? calls : [])
      if (!conditional && /(^|\.)DebuggedApplication$/.test(target)) yield inDevelopment(source, step);
}

function inDevelopment(source: Source, { start, end }: Span): SpliceChange | ByHand {
  const { path: file, text, eol } = source;
  const expected = text.slice(start, end);
  const indent = indentAt(source, start);
  if (expected.includes('\n') || text.slice(lineStart(source, start), start).trim() !== '')
    return byHand(
      { file, line: lineAt(source, start), text: quote(source, start) },
      `Remove DebuggedApplication. ${fix}`,
    );
  const inner = indent + (indent.startsWith('\t') ? '\t' : '    ');
  const insert = `if @@0@@.environ.get("APP_ENV") == "development":${eol}${inner}${expected}`;
  return { kind: 'splice', file, start, expected, insert, imports: [{ module: 'os' }], why: fix };
}

function byHand(place: Place, what: string): ByHand {
  return { kind: 'by-hand', place: placeOf(place), what };
}
