import type { AppFacts, Held } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { OutputFacts } from '../../src/jinja/outputs.ts';
import type { Place } from '../../src/mitigation.ts';
import { type PyFunction, type PyModule, qualname, text } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';
import { isOwnParameter } from './macros.ts';

/** What is known of a value that a page shows without escaping it. */
export interface Verdict {
  readonly is: 'sanitised' | 'developer' | 'unsafe' | 'unknown';
  readonly why: string;
  /** Where it is sanitised, or where it comes from. */
  readonly place?: Place;
}

/** Functions that leave no script in markup. */
const sanitiser =
  /^(nh3|bleach|html_sanitizer|lxml_html_clean)\.\w+|(^|[._])(clean_html|sanitize\w*|sanitise\w*|escape|striptags|clean|render_template)$|(^|\.)Cleaner\(\)\.clean$/;
const safeFilters =
  /^(tojson|e|escape|forceescape|striptags|urlencode|sanitize\w*|sanitise\w*|clean_html|bleach\w*|nh3\w*|int|float|length|filesizeformat|xmlattr)\b/;
/** What the app's developers write themselves. */
const ownText =
  /^(_|gettext|ngettext|pgettext|lazy_gettext|_l|t|url_for|csrf_token|super|caller|get_flashed_messages|moment|render_\w+|include_raw|static_url|asset\w*|vite\w*|webpack\w*|icon|svg\w*)\s*\(|^["'\d]|^(config|loop|self|g\.csp\w*|bootstrap|assets)\b|^\w*field\w*(\(|\.(label|description|widget)\b)|^\w*form\w*\.\w+(\.\w+)*(\(|$)|\.(hidden_tag|csrf_token|label|render_\w+)\b/;

/** What the sender of a request decides. */
const ofRequest =
  /^request\.(args|form|values|cookies|headers|json|data|files|path|full_path|url|referrer|user_agent|query_string)\b/;

/** A file of the app, named in the template itself. */
const ofOwnFile =
  /^[\w.]*(static|include|inline|svg|icon|asset|webpack|vite|read_file|manifest)\w*\(\s*("[^"]*"|'[^']*')\s*(,\s*(\w+\s*=\s*)?("[^"]*"|'[^']*'|\d+)\s*)*\)$/i;

/** What a page shows unescaped, judged by where it comes from. */
export function verdictOf(app: AppFacts, output: OutputFacts): Verdict {
  const { subject, filters } = output;
  const safe = filters.find((each) => safeFilters.test(each));
  if (safe !== undefined) return { is: 'sanitised', why: `the filter ${safe} makes it safe` };
  if (ownText.test(subject) || ofOwnFile.test(subject) || isOwnParameter(app, output))
    return { is: 'developer', why: "it is the developers' own text" };
  const asked = ofRequest.exec(subject);
  if (asked) return { is: 'unsafe', why: `it is ${asked[0]} itself` };
  const custom = filters.flatMap((each) => filterNamed(app, each) ?? []).find((each) => cleans(app, each));
  if (custom) return { is: 'sanitised', why: 'its filter sanitises it', place: custom.place };
  return (
    ofRendered(app, output) ??
    ofAttribute(app, subject) ?? { is: 'unknown', why: 'nothing shows where it is sanitised' }
  );
}

interface Known {
  readonly module: PyModule;
  readonly fn: PyFunction;
  readonly place: Place;
}

/** The function behind a filter of the app. */
function filterNamed(app: AppFacts, written: string): Known | undefined {
  const name = /^\w+/.exec(written)?.[0] ?? '';
  if (/^(safe|)$/.test(name)) return undefined;
  return functionsWhere(app, (module, fn) => decoratedAs(fn, name) || addedAs(module, fn, name));
}

/** `@app.template_filter("name")`. */
function decoratedAs(fn: PyFunction, name: string): boolean {
  return fn.decorators.some((value) => {
    if (value.kind !== 'call') return value.kind === 'name' && /template_filter$/.test(value.name) && fn.name === name;
    return /template_filter$/.test(value.call.callee) && (text(value.call.args[0]?.value) ?? fn.name) === name;
  });
}

/** `app.jinja_env.filters["name"] = function`. */
function addedAs({ assigns }: PyModule, fn: PyFunction, name: string): boolean {
  return assigns.some(
    ({ key, name: object, value }) =>
      text(key) === name && /\.filters$/.test(object) && value.kind === 'name' && value.name.endsWith(fn.name),
  );
}

function functionsWhere(app: AppFacts, test: (module: PyModule, fn: PyFunction) => boolean): Known | undefined {
  for (const module of app.modules.values()) {
    const fn = module.role === 'production' ? module.functions.find((each) => test(module, each)) : undefined;
    if (fn) return { module, fn, place: placeIn(module, fn.start) };
  }
  return undefined;
}

function placeIn({ path, source }: PyModule, offset: number): Place {
  return { file: path, line: lineAt(source, offset), text: quote(source, offset) };
}

/** True for a function that sanitises in its body, or hands on to one that does. */
function cleans(app: AppFacts, { module, fn }: Pick<Known, 'module' | 'fn'>, depth = 1): boolean {
  const calls = module.calls.filter(({ start, end }) => start >= fn.start && end <= fn.end);
  if (calls.some(({ target }) => sanitiser.test(app.resolve(target)))) return true;
  return (
    depth > 0 &&
    calls.some(({ target }) => {
      const own = functionOf(app, target);
      return own !== undefined && cleans(app, own, depth - 1);
    })
  );
}

function functionOf(app: AppFacts, target: string): Known | undefined {
  const name = app.resolve(target);
  return functionsWhere(app, (module, fn) => `${module.name}.${qualname(fn)}` === name);
}

/** A variable that views pass to the template: sanitised in all of them, or straight from a request. */
function ofRendered(app: AppFacts, { file, subject }: OutputFacts): Verdict | undefined {
  const [variable = ''] = subject.split(/[.[(]/);
  const renders = app.renders.filter(
    ({ templates, variables, role }) =>
      role === 'production' && variables.has(variable) && templates.some((name) => file.endsWith(`/${name}`)),
  );
  const flow = app.flows.find(
    (each) =>
      each.sink === 'render' &&
      each.into === variable &&
      each.guard === undefined &&
      renders.some((render) => render.file === each.file && render.line === each.line),
  );
  if (flow)
    return { is: 'unsafe', why: `it comes from ${flow.what} in ${flow.file}:${flow.line}`, place: placeOf(flow) };
  if (renders.length === 0 || subject !== variable) return undefined;
  const clean = renders.every((render) => {
    const value = render.variables.get(variable);
    return value !== undefined && app.held(value, render).some((each) => isClean(app, each));
  });
  return clean && renders[0]
    ? { is: 'sanitised', why: 'the view sanitises it', place: placeOf(renders[0]) }
    : undefined;
}

/** An attribute that is sanitised wherever it is set, or by the property behind it. */
function ofAttribute(app: AppFacts, subject: string): Verdict | undefined {
  const attribute = /\.(\w+)(\(\))?$/.exec(subject)?.[1];
  if (attribute === undefined) return undefined;
  const property = functionsWhere(app, (_, fn) => fn.name === attribute && fn.scope !== '');
  if (property && cleans(app, property))
    return { is: 'sanitised', why: `${attribute} is sanitised when it is read`, place: property.place };
  const given = [...app.modules.values()]
    .filter(({ role }) => role === 'production')
    .flatMap((module) =>
      module.assigns
        .filter(({ name, key }) => key === undefined && name.endsWith(`.${attribute}`))
        .map((assign) => ({ module, assign })),
    );
  const [first] = given;
  const all = given.every(({ module, assign }) =>
    isClean(app, { value: assign.value, file: module.path, scope: assign.scope }),
  );
  return first && all
    ? {
        is: 'sanitised',
        why: `${attribute} is sanitised where it is set`,
        place: placeIn(first.module, first.assign.start),
      }
    : undefined;
}

/** As many steps as people follow; a variable that is made of itself (`body = tidy(body)`) would go round for ever. */
const steps = 6;

/** True for a value that went through a sanitiser, also inside an own function. */
export function isClean(app: AppFacts, { value, file, scope }: Held, left = steps): boolean {
  if (left === 0) return false;
  const isCleanToo = (each: Held): boolean => isClean(app, each, left - 1);
  switch (value.kind) {
    case 'literal':
      return true;
    case 'choice':
      return value.of.every((each) => isCleanToo({ value: each, file, scope }));
    case 'name':
      return app.held(value, { file, scope }).some((each) => each.value !== value && isCleanToo(each));
    case 'call': {
      const { call } = value;
      if (sanitiser.test(app.resolve(call.target))) return true;
      const own = functionOf(app, call.target);
      return own
        ? cleans(app, own)
        : call.args.some((each) => each.value.kind === 'call' && isCleanToo({ value: each.value, file, scope }));
    }
    default:
      return false;
  }
}
