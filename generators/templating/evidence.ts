import type { AppFacts } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { Evidence } from '../../src/mitigation.ts';
import type { Verdict } from './markup.ts';
import { outputsLeft, unescaped } from './unescaped.ts';

/** The app sends pages. */
export function applies(app: AppFacts): boolean {
  const pages = app.templates.some(({ role, path }) => role === 'production' && /\.(html?|jinja2?|j2)$/.test(path));
  const built = app.flows.some(({ sink, role }) => role === 'production' && /^(template|html|markup)$/.test(sink));
  return pages || built || [...unescaped(app)].length > 0;
}

/** What shows that values are escaped, and what is left unescaped for a reason. */
export function* evidence(app: AppFacts): Iterable<Evidence> {
  const page = app.renders.find(
    ({ role, templates }) => role === 'production' && templates.some((name) => /\.(html?|xml|xhtml)$/.test(name)),
  );
  if (page) yield { ...placeOf(page), why: 'Jinja escapes what a template of this ending puts into the page.' };
  else {
    const own = app.outputs.find(
      ({ role, escaped, filters }) => role === 'production' && escaped && filters.length === 0,
    );
    if (own) yield { ...placeOf(own), why: 'Jinja escapes what a template of this ending puts into the page.' };
  }
  for (const { output, verdict } of outputsLeft(app))
    if (verdict.is === 'sanitised' || verdict.is === 'developer')
      yield { ...placeOf(output), why: `Unescaped on purpose: ${verdict.why}${at(verdict)}.` };
}

function at({ place }: Verdict): string {
  return place ? ` (${place.file}:${place.line})` : '';
}
