import type { AppFacts } from '../../src/flask/facts.ts';
import type { HandlerFacts } from '../../src/flask/handlers.ts';
import type { Finding, Place, Rule } from '../../src/mitigation.ts';
import { type PyCall, type PyFunction, type PyModule, qualname, type Value } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';
import { caughtAround } from './caught.ts';

/** A handler of errors with its function. */
export interface Handling {
  readonly handler: HandlerFacts;
  readonly module: PyModule;
  readonly fn: PyFunction;
}

/** The handlers of production code with their functions, each function once. */
export function functionsOf(app: AppFacts): Handling[] {
  const seen = new Set<string>();
  return app.handlers.flatMap((handler) => {
    if (handler.role !== 'production' || seen.has(handler.view)) return [];
    seen.add(handler.view);
    for (const module of app.modules.values()) {
      const fn = module.functions.find((each) => `${module.name}.${qualname(each)}` === handler.view);
      if (fn) return [{ handler, module, fn }];
    }
    return [];
  });
}

/** Handlers that tell what went wrong inside. */
export const leak: Rule = {
  id: 'errors/leak',
  severity: 'high',
  weakness: 'CWE-209',
  message: 'An error page shows a traceback or the text of an exception from inside the app.',
  *find(app) {
    for (const { handler, module, fn } of functionsOf(app)) {
      // The text of an HTTP error is meant for the client.
      const inside = typeof handler.handles === 'string' && /(^|\.)(Base)?Exception$/.test(handler.handles);
      const traceback = module.calls.find(
        (call) =>
          within(call, fn) &&
          /(^|\.)(format_exc|print_exc|format_exception)$/.test(call.target) &&
          returnedBy(fn, call),
      );
      const told =
        inside || handler.handles === 500
          ? fn.returns.map((value) => telling(value, fn.params[0])).find((each) => each !== undefined)
          : undefined;
      const at = traceback ?? told;
      if (at)
        yield {
          place: placeIn(module, at.start),
          why: 'Who causes an error reads what happened inside.',
          fix: 'Log the error and answer with a page that says nothing of it.',
        };
    }
  },
};

function within({ start, end }: PyCall, fn: PyFunction): boolean {
  return start >= fn.start && end <= fn.end;
}

function returnedBy(fn: PyFunction, { start, end }: PyCall): boolean {
  return fn.returns.some((value) => value.start <= start && end <= value.end);
}

/** `str(error)`, `repr(error)` or the error itself in a string. */
function telling(value: Value, error: string | undefined): Value | undefined {
  const first = (values: readonly Value[]): Value | undefined =>
    values.map((each) => telling(each, error)).find((each) => each !== undefined);
  const isError = (each: Value): boolean => each.kind === 'name' && each.name === error;
  switch (value.kind) {
    case 'call': {
      const given = value.call.args.map((each) => each.value);
      return /^(str|repr)$|\.format$/.test(value.call.callee) && given.some(isError) ? value : first(given);
    }
    case 'other':
      return /^[f%]$/.test(value.operator ?? '') && value.of.some(isError) ? value : first(value.of);
    case 'list':
      return first(value.items);
    case 'dict':
      return first(value.entries.map((entry) => entry.value));
    default:
      return undefined;
  }
}

const broad =
  /^\(?\s*(.*[\s,.(])?(Exception|BaseException|SQLAlchemyError|DatabaseError|OperationalError|IntegrityError|ProgrammingError|OSError|IOError|(sqlite3|psycopg2?|pymysql|MySQLdb)\.\w*Error)\b/;

/** Views that answer with what went wrong inside. */
export const leakInView: Rule = {
  id: 'errors/leak-in-view',
  severity: 'medium',
  weakness: 'CWE-209',
  message: 'A view answers with a traceback or the text of any exception.',
  // The error pages are there all the same.
  atMost: 'implemented',
  *find(app) {
    for (const { module, fn } of viewsOf(app))
      for (const value of [...fn.returns, ...abortions(module, fn)]) yield* leakIn(module, fn, value);
  },
};

function* leakIn(module: PyModule, fn: PyFunction, value: Value): Iterable<Finding> {
  const caught = caughtAround(module, fn, value);
  if (!caught) return;
  const traced = module.calls.find(
    ({ target, start, end }) => /(^|\.)format_exc$/.test(target) && value.start <= start && end <= value.end,
  );
  const at = traced ?? (broad.test(caught.exceptions) ? telling(value, caught.name) : undefined);
  if (!at) return;
  yield {
    place: placeIn(module, at.start),
    why: 'Who causes an error reads what happened inside.',
    fix: 'Log the error and let the error page answer; catch only what the view can explain.',
  };
}

/** What is handed to `abort()`. */
function abortions({ calls }: PyModule, fn: PyFunction): Value[] {
  return calls
    .filter((call) => within(call, fn) && /(^|\.)abort$/.test(call.callee))
    .map((call) => ({ kind: 'call', call, start: call.start, end: call.end }));
}

/** The functions that answer requests, methods of classes too. */
function viewsOf(app: AppFacts): { module: PyModule; fn: PyFunction }[] {
  const views = new Set(app.routes.filter(({ role }) => role === 'production').map(({ view }) => view));
  return [...app.modules.values()].flatMap((module) =>
    module.functions
      .filter(
        (fn) =>
          views.has(`${module.name}.${qualname(fn)}`) ||
          (verbs.test(fn.name) && views.has(`${module.name}.${fn.scope}`)),
      )
      .map((fn) => ({ module, fn })),
  );
}

const verbs = /^(get|post|put|patch|delete|dispatch_request)$/;

/** The place of an offset of a module. */
export function placeIn({ path, source }: PyModule, offset: number): Place {
  return { file: path, line: lineAt(source, offset), text: quote(source, offset) };
}
