import type { Need } from '../../jinja/content/need.ts';
import { needsOfPage } from '../../jinja/content/page.ts';
import { maskJinja } from '../../jinja/mask.ts';
import type { WrittenString } from '../../python/strings.ts';
import type { Source } from '../../source/text.ts';
import type { AppFacts } from '../facts.ts';
import type { Module } from '../project.ts';
import { type ContentNeed, placed } from './placed.ts';
import { needsOfStatic } from './static-files.ts';
import { markupStrings, stringTemplates } from './strings.ts';

type Known = Pick<AppFacts, 'templates' | 'modules' | 'held' | 'files'>;

/** All that the app's pages load and run: in its templates, its static files, and the markup in its strings. */
export function findContent(app: Known, read: (path: string) => Source | undefined): ContentNeed[] {
  const own = [...ofTemplates(app), ...ofModules(app)];
  return [...own, ...needsOfStatic(app, own, read)];
}

/** Pages that are sent by mail are shown by no browser that has the app's policy. */
const mailed = /(^|\/)(e?mails?|newsletters?)(\/|[\w-]*\.[a-z\d]+$)|[_-]e?mail\./i;

function ofTemplates({ templates }: Known): ContentNeed[] {
  return templates
    .filter(({ role, path }) => (role === 'production' || role === 'example') && !mailed.test(path))
    .flatMap(({ source }) => {
      const needs = needsOfPage({ text: source.text, ...maskJinja(source.text) });
      return needs.map((need) => placed(need, source, nonce('"')));
    });
}

function nonce(quotes: string): string {
  return ` nonce=${quotes}{{ csp_nonce() }}${quotes}`;
}

function ofModules(app: Known): ContentNeed[] {
  const templates = stringTemplates(app);
  return [...app.modules.values()]
    .filter(({ role, path }) => (role === 'production' || role === 'example') && !mailed.test(path))
    .flatMap((module) => [...ofStrings(module, templates.get(module.path) ?? []), ...ofFields(module)]);
}

function ofStrings(module: Module, templates: Parameters<typeof markupStrings>[1]): ContentNeed[] {
  return markupStrings(module, templates).flatMap(({ markup, literal, rendered }) =>
    needsOfPage(markup).map((need) => {
      const moved = shifted(fixed(need, markup.text), literal.body.start);
      return placed(moved, module.source, rendered ? markIn(literal) : undefined);
    }),
  );
}

function shifted(need: Need, by: number): Need {
  const nonceAt = 'nonce' in need && need.nonce !== undefined ? { nonce: need.nonce + by } : {};
  const moved = { ...need, at: need.at + by, ...nonceAt };
  return 'value' in moved && moved.value
    ? { ...moved, value: { start: moved.value.start + by, end: moved.value.end + by } }
    : moved;
}

/** Code with an escape in it is not what the browser sees. */
function fixed(need: Need, text: string): Need {
  if (need.is !== 'inline' || need.code === undefined || !text.includes('\\')) return need;
  const { code: _, ...rest } = need;
  return rest;
}

/** In a string that ends with the usual quotes, the attribute gets the others. */
function markIn({ quotes, prefix }: WrittenString): string {
  const mark = nonce(quotes.startsWith('"') ? "'" : '"');
  return prefix.includes('f') ? mark.replaceAll('{{', '{{{{').replaceAll('}}', '}}}}') : mark;
}

/** Attributes that Python gives to the field of a form. */
function ofFields(module: Module): ContentNeed[] {
  const { text } = module.source;
  if (!/render_kw|wtforms/.test(text)) return [];
  const keys = /["'](on[a-z]{3,}|style)["']\s*:\s*("[^"\\\n]*"|'[^'\\\n]*')?/g;
  return [...text.matchAll(keys)].map(({ 1: name, 2: value, index }) => {
    const code = name !== 'style' && value !== undefined ? { code: value.slice(1, -1) } : {};
    return placed(
      { is: 'inline', kind: name === 'style' ? 'style-attribute' : 'handler', at: index, ...code },
      module.source,
    );
  });
}
