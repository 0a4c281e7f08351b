import type { Span } from '../../source/text.ts';
import { type HtmlAttribute, type HtmlTag, htmlTags } from '../html.ts';
import { DYNAMIC, type JinjaTag } from '../mask.ts';
import { needsOfStyles } from './css.ts';
import { needsOfElement } from './element.ts';
import { decodeEntities } from './entities.ts';
import type { Inline, Need } from './need.ts';
import { needsOfScript } from './script.ts';

/** Markup of one page or of a part of one; `html` is `text` with its Jinja blanked out. */
export interface Markup {
  readonly text: string;
  readonly html: string;
  readonly tags: readonly JinjaTag[];
}

/** All that a page loads and runs. */
export function needsOfPage(page: Markup): Need[] {
  const tags = htmlTags(page.html).filter(({ closing }) => !closing);
  const libraries = /\s(x-data|ng-app|data-ng-app|v-(if|for|on|bind|model|html|text|show)|hx-on)\b/.exec(page.html);
  return [
    ...tags.flatMap((tag) => [...ofTag(page, tag), ...attributesOf(page, tag)]),
    ...page.tags.flatMap(ofExpression),
    ...(libraries ? [{ is: 'deed', kind: 'evaluates', at: libraries.index + 1 } as const] : []),
  ];
}

function ofTag(page: Markup, tag: HtmlTag): Need[] {
  if (tag.name === 'script') return ofScript(page, tag);
  if (tag.name !== 'style') return needsOfElement(tag, (each) => raw(page, each));
  const { html, code, end } = bodyOf(page, tag);
  if (html.slice(tag.end, end).trim() === '') return [];
  return [
    { is: 'inline', kind: 'style', at: tag.start, ...nonceFor(tag), ...code },
    ...needsOfStyles(page.text.slice(tag.end, end), tag.end),
  ];
}

/** A type that browsers do not run, such as JSON or a template for a script. */
const data = /^(?!.*(javascript|ecmascript|module|importmap|babel|jsx))./i;

function ofScript(page: Markup, tag: HtmlTag): Need[] {
  if (data.test(tag.attributes.get('type')?.trim() ?? '')) return [];
  const source = tag.written.find(({ name }) => name === 'src');
  if (source) return [{ is: 'load', kind: 'script', address: raw(page, source), at: tag.start, ...nonceFor(tag) }];
  const { html, code, end } = bodyOf(page, tag);
  const body = html.slice(tag.end, end);
  if (body.trim() === '') return [];
  return [{ is: 'inline', kind: 'script', at: tag.start, ...nonceFor(tag), ...code }, ...needsOfScript(body, tag.end)];
}

function bodyOf({ text, html }: Markup, tag: HtmlTag): { html: string; end: number; code: { code?: string } } {
  const close = new RegExp(`</${tag.name}`, 'gi');
  close.lastIndex = tag.end;
  const end = close.exec(html)?.index ?? html.length;
  const body = text.slice(tag.end, end);
  return { html, end, code: isFixed(body, html.slice(tag.end, end)) ? { code: body.replaceAll('\r\n', '\n') } : {} };
}

/** True for text without Jinja in it. */
function isFixed(text: string, html: string): boolean {
  return text === html && !html.includes(DYNAMIC);
}

function nonceFor(tag: HtmlTag): { nonce: number } | { marked: true } {
  return tag.attributes.has('nonce') ? { marked: true } : { nonce: tag.start + 1 + tag.name.length };
}

function raw({ text }: Markup, { start, end }: HtmlAttribute): string {
  return text.slice(start, end);
}

/** Code in attributes, and the features that a frame is allowed. */
function attributesOf(page: Markup, tag: HtmlTag): Need[] {
  return tag.written.flatMap((each): Need[] => {
    const written = raw(page, each);
    if (each.name === 'allow') return allowed(written, tag.start);
    const kind = codeIn(each.name, written);
    if (!kind) return [];
    const value = kind === 'style-attribute' ? {} : { ...codeOf(page, each, kind), ...filterFor(page, each) };
    return [{ is: 'inline', kind, at: tag.start, ...value }];
  });
}

function codeOf(page: Markup, each: HtmlAttribute, kind: Inline): { code?: string } {
  const written = raw(page, each);
  const plain = isFixed(written, each.value) ? decodeEntities(written) : undefined;
  const code = kind === 'script-address' ? serialised(plain) : plain;
  return code === undefined ? {} : { code };
}

function filterFor(page: Markup, each: HtmlAttribute): { value: Span } | { marked: true } | undefined {
  if (/\bown_code\b/.test(raw(page, each))) return { marked: true };
  return isWhole(page, each) ? { value: { start: each.start, end: each.end } } : undefined;
}

/** True where each block of Jinja that begins in the value also ends there. */
function isWhole({ tags }: Markup, { start, end }: HtmlAttribute): boolean {
  const inside = tags.filter((tag) => tag.kind === 'statement' && tag.start >= start && tag.start < end);
  let depth = 0;
  for (const { inner } of inside) {
    const step = stepOf(inner);
    if (step === undefined || depth + step < 0 || (depth === 0 && step === 0)) return false;
    depth += step;
  }
  return depth === 0;
}

function stepOf(statement: string): number | undefined {
  if (/^(if|for|trans|with)\b/.test(statement)) return 1;
  if (/^end(if|for|trans|with)\b/.test(statement)) return -1;
  return /^(else|elif|pluralize)\b/.test(statement) ? 0 : undefined;
}

function codeIn(name: string, written: string): Inline | undefined {
  if (written.trim() === '') return undefined;
  if (/^on[a-z]{3,}$/.test(name)) return 'handler';
  if (name === 'style') return 'style-attribute';
  const address = /^(href|src|action|formaction|data|xlink:href)$/.test(name) && /^\s*javascript:/i.test(written);
  return address ? 'script-address' : undefined;
}

function allowed(written: string, at: number): Need[] {
  return [...written.matchAll(/[a-z-]+(?=[\s;]|$)/g)].map(([kind]): Need => ({ is: 'feature', kind, at }));
}

/** A `javascript:` address is compared as a browser writes it, which is not always as it stands. */
function serialised(code: string | undefined): string | undefined {
  const text = code
    ?.trim()
    .replace(/[\t\n]/g, '')
    .replace(/^javascript:/i, 'javascript:');
  return text?.includes('%') ? undefined : text;
}

/** Attributes that an expression gives to a field: `form.name(onclick="...", style="...")`. */
function ofExpression({ kind, inner, start }: JinjaTag): Need[] {
  if (kind === 'comment' || !inner.includes('(')) return [];
  const needs: Need[] = [
    ...inner.matchAll(/[(,{]\s*["']?(on[a-z]{3,}|style)["']?\s*[=:](?!=)\s*("[^"]*"|'[^']*')?/g),
  ].map(
    ([, name, value]): Need =>
      name === 'style'
        ? { is: 'inline', kind: 'style-attribute', at: start }
        : { is: 'inline', kind: 'handler', at: start, ...(value && !/\\/.test(value) && { code: value.slice(1, -1) }) },
  );
  return needs;
}
