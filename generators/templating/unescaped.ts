import type { AppFacts, Unescaped } from '../../src/flask/facts.ts';
import { argumentFlag, placeOf } from '../../src/flask/flags.ts';
import type { OutputFacts } from '../../src/jinja/outputs.ts';
import type { Place } from '../../src/mitigation.ts';
import { argument, type PyCall, type PyModule, type Value } from '../../src/python/model.ts';
import { lineAt, quote } from '../../src/source/text.ts';
import { isClean, type Verdict, verdictOf } from './markup.ts';

interface Judged {
  readonly output: OutputFacts;
  readonly verdict: Verdict;
}

const known = new WeakMap<AppFacts, readonly Judged[]>();

/** Each value that pages show without escaping it, with what is known of it. */
export function outputsLeft(app: AppFacts): readonly Judged[] {
  const done =
    known.get(app) ?? app.outputs.filter(isLeft).map((output) => ({ output, verdict: verdictOf(app, output) }));
  known.set(app, done);
  return done;
}

function isLeft({ role, filters, escaped }: AppFacts['outputs'][number]): boolean {
  return role === 'production' && (!escaped || filters.some((each) => /^safe\b/.test(each)));
}

/** Every `|safe`, `Markup`, and place where escaping is off, with a verdict. */
export function* unescaped(app: AppFacts): Iterable<Unescaped> {
  for (const { output, verdict } of outputsLeft(app)) yield { ...placeOf(output), ...told(verdict) };
  for (const block of app.unescaped)
    if (block.role === 'production') yield { ...placeOf(block), ...ofBlock(app, block) };
  for (const module of production(app)) yield* inPython(app, module);
}

function* inPython(app: AppFacts, module: PyModule): Iterable<Unescaped> {
  for (const call of module.calls) {
    const verdict = markupVerdict(app, module, call);
    if (verdict) yield { ...placeIn(module, call.start), ...told(verdict) };
  }
  for (const start of escapingOff(app, module))
    yield { ...placeIn(module, start), verdict: 'unsafe', why: 'Nothing that is rendered so is escaped.' };
}

function told({ is, why, place }: Verdict): Pick<Unescaped, 'verdict' | 'why'> {
  const at = place ? ` (${place.file}:${place.line})` : '';
  return { verdict: is, why: `${why.charAt(0).toUpperCase()}${why.slice(1)}${at}.` };
}

/** A block is as safe as the worst of what is shown in it. */
function ofBlock(
  app: AppFacts,
  { file, start, end }: AppFacts['unescaped'][number],
): Pick<Unescaped, 'verdict' | 'why'> {
  const source = app.templates.find(({ path }) => path === file)?.source;
  const [first, last] = source ? [lineAt(source, start), lineAt(source, end)] : [0, 0];
  const inside = outputsLeft(app).filter(
    ({ output }) => output.file === file && !output.escaped && first <= output.line && output.line <= last,
  );
  const worst = (['unsafe', 'unknown', 'sanitised'] as const).find((is) =>
    inside.some(({ verdict }) => verdict.is === is),
  );
  const shown = `${inside.length} ${inside.length === 1 ? 'value is' : 'values are'} shown in it`;
  return { verdict: worst ?? 'developer', why: `The block switches escaping off; ${shown}.` };
}

/** What is known of a value that Python declares to be markup. */
function markupVerdict(app: AppFacts, module: PyModule, call: PyCall): Verdict | undefined {
  if (!/(^|\.)Markup$/.test(app.resolve(call.target))) return undefined;
  const value = argument(call, 'base', 0);
  const line = lineAt(module.source, call.start);
  const flow = app.flows.find((each) => each.sink === 'markup' && each.file === module.path && each.line === line);
  if (flow)
    return flow.guard === undefined
      ? { is: 'unsafe', why: `it comes from ${flow.what}`, place: flow.source }
      : { is: 'sanitised', why: `it passes ${flow.guard}` };
  if (!value || value.kind === 'literal') return { is: 'developer', why: "it is the developers' own text" };
  const standing = { file: module.path, scope: call.scope };
  if (isOwn(app, value, standing)) return { is: 'developer', why: "it is the developers' own text" };
  if (isClean(app, { value, ...standing })) return { is: 'sanitised', why: 'it is sanitised before' };
  return { is: 'unknown', why: 'nothing shows where it is sanitised' };
}

function isOwn(app: AppFacts, value: Value, standing: { file: string; scope: string }): boolean {
  const outcomes = app.outcomes(value, standing);
  return outcomes.length > 0 && outcomes.every(({ kind }) => kind === 'constant');
}

/** Where a module switches escaping off for all that is rendered with an environment. */
export function escapingOff(app: AppFacts, module: PyModule): number[] {
  const off = /\.(jinja_env|jinja_options)\.autoescape$/;
  return [
    ...module.assigns.filter(({ name, value }) => off.test(name) && value.kind === 'literal' && !value.value),
    ...module.assigns.filter(
      ({ name, value }) => /\.select_jinja_autoescape$/.test(name) && neverEscapes(module, value),
    ),
    ...module.calls.filter((call) => escapesNothing(app, module, call)),
  ].map(({ start }) => start);
}

/** `app.select_jinja_autoescape = lambda name: False`. */
function neverEscapes({ source }: PyModule, { start, end }: Value): boolean {
  return /^lambda\b[^:]*:\s*False$/.test(source.text.slice(start, end).trim());
}

/** An environment is made and is not told to escape. */
function escapesNothing(app: AppFacts, module: PyModule, call: PyCall): boolean {
  if (!/^jinja2\.(environment\.|sandbox\.)?\w*Environment$/.test(call.target) || call.args.some(({ star }) => star))
    return false;
  // Mails in plain text and configuration files need no escaping.
  if (!rendersHtml(module, call)) return false;
  const option = argument(call, 'autoescape');
  return !option || argumentFlag(app, option, { file: module.path, scope: call.scope }).is === 'off';
}

function rendersHtml(module: PyModule, call: PyCall): boolean {
  const around = module.functions.find(({ start, end }) => start <= call.start && call.end <= end) ?? {
    start: 0,
    end: module.source.text.length,
  };
  const names = module.calls
    .filter(({ callee, start, end }) => /\.get_template$/.test(callee) && around.start <= start && end <= around.end)
    .map(({ args }) => args[0]?.value)
    .flatMap((value) => (value?.kind === 'literal' ? [String(value.value)] : []));
  if (names.length > 0) return names.some((name) => /\.(html?|xhtml)\b/.test(name));
  return /\.html?["']|text\/html/.test(module.source.text.slice(around.start, around.end));
}

/** The modules of production. */
export function production(app: AppFacts): PyModule[] {
  return [...app.modules.values()].filter(({ role }) => role === 'production');
}

/** The place of an offset of a module. */
export function placeIn({ path, source }: PyModule, offset: number): Place {
  return { file: path, line: lineAt(source, offset), text: quote(source, offset) };
}
