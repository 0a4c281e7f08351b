import type { AppFacts } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { HandlerFacts } from '../../src/flask/handlers.ts';
import type { Place, Rule } from '../../src/mitigation.ts';
import { type PyCall, type PyFunction, type PyModule, qualname, type Value } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';
import { handlerFor, wideHandlers } from './evidence.ts';

function noPage(
  id: Rule['id'],
  status: 404 | 500,
  { severity, message, why }: Pick<Rule, 'severity' | 'message'> & { why: string },
): Rule {
  return {
    id,
    severity,
    weakness: 'CWE-756',
    message,
    *find(app) {
      if (!handlerFor(app, status))
        yield { why, fix: `Register a handler for ${status} on the app that renders a page of its own.` };
    },
  };
}

const noServerError = noPage('errors/no-500', 500, {
  severity: 'high',
  message: 'Nothing answers what goes wrong inside the app.',
  why: 'No handler of the whole app answers 500.',
});

const noNotFound = noPage('errors/no-404', 404, {
  severity: 'medium',
  message: 'Nothing answers addresses that do not exist.',
  why: 'No handler of the whole app answers 404.',
});

interface Handling {
  readonly handler: HandlerFacts;
  readonly module: PyModule;
  readonly fn: PyFunction;
}

/** The handlers of production code with their functions, each function once. */
function functionsOf(app: AppFacts): Handling[] {
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

const leak: Rule = {
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
        inside || handler.handles === 500 ? fn.returns.find((value) => tellsError(value, fn.params[0])) : undefined;
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
function tellsError(value: Value, error: string | undefined): boolean {
  switch (value.kind) {
    case 'call':
      return /^(str|repr)$/.test(value.call.callee)
        ? value.call.args.some(({ value: each }) => each.kind === 'name' && each.name === error)
        : value.call.args.some(({ value: each }) => tellsError(each, error));
    case 'other':
      return value.of.some(
        (each) => (value.operator === 'f' && each.kind === 'name' && each.name === error) || tellsError(each, error),
      );
    case 'list':
      return value.items.some((each) => tellsError(each, error));
    case 'dict':
      return value.entries.some((entry) => tellsError(entry.value, error));
    default:
      return false;
  }
}

const injectable: Rule = {
  id: 'errors/injectable',
  severity: 'high',
  weakness: 'CWE-1336',
  message: 'An error page is built from the request.',
  *find(app) {
    const views = new Set(app.handlers.map(({ view }) => view));
    for (const flow of app.flows)
      if (flow.guard === undefined && /^(template|html|markup)$/.test(flow.sink) && views.has(flow.within))
        yield {
          place: placeOf(flow),
          why: `${flow.what} becomes part of the page.`,
          fix: 'Render a template of a file and pass it the value.',
        };
  },
};

const statusLost: Rule = {
  id: 'errors/status-200',
  severity: 'medium',
  weakness: 'CWE-393',
  message: 'An error is answered with status 200.',
  *find(app) {
    for (const { handler, module, fn } of functionsOf(app)) {
      const [only, more] = fn.returns;
      if (!wideHandlers(app).includes(handler) || !only || more || !isBody(only)) continue;
      yield {
        place: placeIn(module, only.start),
        why: 'The page is sent as if nothing had happened: caches and programs take it as the answer.',
        fix: 'Return the status behind the page: `return page, 404`.',
      };
    }
  },
};

/** A page without a status behind it. */
function isBody(value: Value): boolean {
  return (
    (value.kind === 'call' && /(^|\.)render_template(_string)?$/.test(value.call.callee)) ||
    (value.kind === 'literal' && typeof value.value === 'string')
  );
}

function placeIn({ path, source }: PyModule, offset: number): Place {
  return { file: path, line: lineAt(source, offset), text: quote(source, offset) };
}

/** Faults of error pages. */
export const rules: readonly Rule[] = [noServerError, noNotFound, leak, injectable, statusLost];
