import type { SinkKind } from '../../src/flask/dataflow/facts.ts';
import type { AppFacts, Held } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { Standing } from '../../src/flask/outcome.ts';
import type { Rule } from '../../src/mitigation.ts';
import { argument, type Value } from '../../src/python/model.ts';
import { escapingOff as off, outputsLeft, placeIn, production } from './unescaped.ts';

/** A rule on data that become a template or a page with nothing between. */
function becomes(
  rule: Omit<Rule, 'find' | 'severity' | 'atMost'> & {
    readonly sink: SinkKind;
    readonly why: string;
    readonly fix: string;
  },
): Rule {
  const { id, weakness, message, sink, why, fix } = rule;
  return {
    id,
    severity: 'high',
    weakness,
    message,
    atMost: 'missing',
    *find(app) {
      for (const flow of app.flows)
        if (flow.sink === sink && flow.guard === undefined)
          yield { place: placeOf(flow), why: `What comes as ${flow.what} ${why}.`, fix };
    },
  };
}

const injection = becomes({
  id: 'templating/injection',
  weakness: 'CWE-1336',
  message: 'A template is built when it is rendered: what comes in runs as code.',
  sink: 'template',
  why: 'becomes part of a template',
  fix: 'Render a template of a file and pass it the values; let users fill in templates in a sandbox only.',
});

const rawHtml = becomes({
  id: 'templating/raw-html',
  weakness: 'CWE-79',
  message: 'A view answers with HTML that it puts together from the request.',
  sink: 'html',
  why: 'is sent as HTML without being escaped',
  fix: 'Render a template, or escape the value with markupsafe.escape().',
});

const markup = becomes({
  id: 'templating/markup',
  weakness: 'CWE-79',
  message: 'Data of a request are declared to be safe markup.',
  sink: 'markup',
  why: 'is marked as safe and shown as it is',
  fix: 'Leave out Markup(), or sanitise the value with nh3 first.',
});

const unsafeOutput: Rule = {
  id: 'templating/unsafe-output',
  severity: 'high',
  weakness: 'CWE-79',
  message: 'A page shows data of a request without escaping them.',
  atMost: 'missing',
  *find(app) {
    for (const { output, verdict } of outputsLeft(app))
      if (verdict.is === 'unsafe')
        yield {
          place: placeOf(output),
          why: `${output.subject} is not escaped and ${verdict.why}.`,
          fix: 'Take |safe away, or sanitise the value with nh3.',
        };
  },
};

const review: Rule = {
  id: 'templating/unsanitised',
  severity: 'medium',
  weakness: 'CWE-79',
  message: 'A page shows a value without escaping it, and nothing shows that it was sanitised.',
  *find(app) {
    for (const { output, verdict } of outputsLeft(app))
      if (verdict.is === 'unknown')
        yield {
          place: placeOf(output),
          why: `${output.subject} is not escaped and ${verdict.why}.`,
          fix: 'Sanitise it with nh3 where it is stored or shown, or take |safe away.',
        };
  },
};

const formattedMarkup: Rule = {
  id: 'templating/formatted-markup',
  severity: 'medium',
  weakness: 'CWE-79',
  message: 'Markup is put together from values before it is declared to be safe.',
  *find(app) {
    const told = new Set(app.flows.map(({ file, line }) => `${file}:${line}`));
    for (const module of production(app))
      for (const call of module.calls) {
        const value = /(^|\.)Markup$/.test(app.resolve(call.target)) ? argument(call, 'base', 0) : undefined;
        const place = placeIn(module, call.start);
        if (
          value &&
          joins(app, value, { file: module.path, scope: call.scope }) &&
          !told.has(`${place.file}:${place.line}`)
        )
          yield {
            place,
            why: 'What is filled in is not escaped.',
            fix: 'Use Markup("…{}…").format(value): it escapes what it fills in.',
          };
      }
  },
};

/** Text with values in it that no function has made safe. */
function joins(app: AppFacts, value: Value, standing: Standing): boolean {
  const unsafe = (each: Value): boolean => !isSafe(app, { value: each, ...standing });
  if (value.kind === 'call')
    return /\.format$/.test(value.call.callee) && value.call.args.some((each) => unsafe(each.value));
  return value.kind === 'other' && /^[f+%]$/.test(value.operator ?? '') && value.of.some(unsafe);
}

const safe =
  /(^|[._])(escape|url_for|gettext|_|clean|sanitize\w*|int|len|dumps|tojson|isoformat|strftime|format_(date|time|datetime|number|decimal|currency)|urlencode|quote|quote_plus|hexdigest|render_template)$/;

function isSafe(app: AppFacts, { value, depth = 3, ...standing }: Held & { depth?: number }): boolean {
  if (depth === 0) return false;
  const inner = (each: Value): boolean => isSafe(app, { value: each, depth: depth - 1, ...standing });
  switch (value.kind) {
    case 'literal':
      return true;
    case 'list':
      return value.items.every(inner);
    case 'choice':
      return value.of.every(inner);
    case 'call':
      return safe.test(value.call.callee);
    case 'name':
      return isSafeName(app, value, { depth, ...standing });
    default:
      return false;
  }
}

/** A name of a constant, or of what was made safe before. */
function isSafeName(app: AppFacts, value: Value, { depth, ...standing }: Standing & { depth: number }): boolean {
  const outcomes = app.outcomes(value, standing);
  const held = app.held(value, standing).filter((each) => each.value !== value);
  return (
    (outcomes.length > 0 && outcomes.every(({ kind }) => kind === 'constant')) ||
    (held.length > 0 && held.every((each) => isSafe(app, { ...each, depth: depth - 1 })))
  );
}

const escapingOff: Rule = {
  id: 'templating/autoescape-off',
  severity: 'high',
  weakness: 'CWE-79',
  message: 'Escaping is switched off.',
  *find(app) {
    const fix = 'Leave escaping on (autoescape=True), and mark single values as safe where they are sanitised.';
    for (const module of production(app))
      for (const start of off(app, module))
        yield { place: placeIn(module, start), why: 'What is rendered so is not escaped.', fix };
  },
};

const unquoted: Rule = {
  id: 'templating/unquoted-attribute',
  severity: 'low',
  weakness: 'CWE-79',
  message: 'A value stands in an attribute without quotes: a space in it starts another attribute.',
  *find(app) {
    for (const output of app.outputs)
      if (
        output.role === 'production' &&
        output.context === 'unquoted' &&
        !/(^|[._])(id|index\d?|count|total|page|number|year|url_for\(.*)$|\|\s*(int|length)|^(loop|url_for)\b/.test(
          output.expression,
        )
      )
        yield {
          place: placeOf(output),
          why: `${output.subject} is not in quotes.`,
          fix: 'Put the value in double quotes.',
        };
  },
};

/** Faults of templates. */
export const rules: readonly Rule[] = [
  injection,
  rawHtml,
  markup,
  unsafeOutput,
  review,
  formattedMarkup,
  escapingOff,
  unquoted,
];
