import { placeOf } from '../../src/flask/flags.ts';
import type { Rule } from '../../src/mitigation.ts';
import type { Value } from '../../src/python/model.ts';
import { handlerFor, wideHandlers } from './evidence.ts';
import { functionsOf, leak, leakInView, placeIn } from './leaks.ts';

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

/** Faults of error pages. */
export const rules: readonly Rule[] = [noServerError, noNotFound, leak, leakInView, injectable, statusLost];
