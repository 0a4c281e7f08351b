import type { Markup } from '../../jinja/content/page.ts';
import { DYNAMIC, maskJinja } from '../../jinja/mask.ts';
import type { PyCall, Value } from '../../python/model.ts';
import { type WrittenString, writtenStrings } from '../../python/strings.ts';
import type { Span } from '../../source/text.ts';
import type { AppFacts } from '../facts.ts';
import type { Standing } from '../outcome.ts';
import type { Module } from '../project.ts';

/** Markup that stands in a string of a module; its offsets count from the body of the literal. */
export interface MarkupString {
  readonly markup: Markup;
  readonly literal: WrittenString;
  /** A template: its Jinja is run. */
  readonly rendered: boolean;
}

/** The strings of a module that hold markup, docstrings left out. */
export function markupStrings(module: Module, templates: readonly Span[]): MarkupString[] {
  const { text } = module.source;
  if (!/<[a-z!]|\bon[a-z]{3,}=|style=/i.test(text)) return [];
  return writtenStrings(text)
    .filter(
      ({ body, start, prefix }) => holdsMarkup(text.slice(body.start, body.end), prefix) && !isDocstring(text, start),
    )
    .map((literal) => {
      const rendered = templates.some(({ start, end }) => start <= literal.start && literal.end <= end);
      return { literal, rendered, markup: markupOf(text, literal, rendered) };
    });
}

function holdsMarkup(written: string, prefix: string): boolean {
  return !prefix.includes('b') && /<[a-z!][^>]*>|<(script|style|img|iframe|link)\b/i.test(written);
}

function isDocstring(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 500), start).trimEnd();
  return (
    /^(\s*#[^\n]*(\n|$))*$/.test(before) ||
    /(^|\n)[ \t]*(async\s+)?(def|class)\b[^\n]*:$|\)(\s*->[^:\n]+)?:$/.test(before)
  );
}

function markupOf(text: string, literal: WrittenString, rendered: boolean): Markup {
  const { body, prefix } = literal;
  const written = text.slice(body.start, body.end).replace(/\\(["'])/g, ' $1');
  const filled = prefix.includes('f') ? written.replace(/\{[^{}]*\}/g, (all) => DYNAMIC.repeat(all.length)) : written;
  if (!rendered) return { text: written, html: formatted(text, literal, filled), tags: [] };
  const masked = maskJinja(filled);
  return { text: written, html: masked.html, tags: masked.tags };
}

/** What is put into a string by `%`, `.format()` or `+` is known to nobody. */
function formatted(text: string, { end }: WrittenString, written: string): string {
  const after = text.slice(end, end + 200).trimStart();
  if (!/^(%|\.format|\.replace)/.test(after)) return written;
  return written.replace(/%\(?\w*\)?[sdr]|\{[\w.!:]*\}/g, (all) => DYNAMIC.repeat(all.length));
}

interface Held extends Standing {
  readonly value: Value;
}

/** Where the templates stand that are rendered from strings: arguments, the names they are given by, loaders of a dictionary. */
export function stringTemplates(app: Pick<AppFacts, 'modules' | 'held'>): ReadonlyMap<string, readonly Span[]> {
  const spans = [...app.modules.values()].flatMap(({ path, calls }) =>
    calls
      .filter(rendersString)
      .flatMap(({ scope, args: [first] }) => (first ? spansOf(app, { value: first.value, file: path, scope }) : [])),
  );
  return new Map(spans.map(({ file }) => [file, spans.filter((each) => each.file === file)]));
}

function rendersString({ callee }: PyCall): boolean {
  return /(^|\.)((render|stream)_template_string|DictLoader)$/.test(callee);
}

/** An expression and, where it names others, what those are given. */
function spansOf(app: Pick<AppFacts, 'held'>, { value, ...at }: Held, depth = 4): (Span & { file: string })[] {
  if (depth === 0) return [];
  if (value.kind === 'name') {
    const given = app.held(value, at).filter((each) => each.value !== value);
    return given.flatMap((each) => spansOf(app, each, depth - 1));
  }
  const parts = value.kind === 'other' || value.kind === 'choice' ? value.of : [];
  const names = parts.filter(({ kind }) => kind === 'name');
  const own = { file: at.file, start: value.start, end: value.end };
  return [own, ...names.flatMap((each) => spansOf(app, { value: each, ...at }, depth - 1))];
}
