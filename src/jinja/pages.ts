import { indentAt, lineEnd, lineStart, type Source } from '../source/text.ts';
import type { TemplateFacts } from './forms.ts';
import { htmlTags } from './html.ts';
import { type Masked, maskJinja } from './mask.ts';

/** Where lines can be put into a page, and what stands before each. */
export interface PagePlace {
  readonly path: string;
  readonly offset: number;
  /** What each line begins with, and what follows the last. */
  readonly before: string;
  readonly after: string;
}

type Template = Pick<TemplateFacts, 'path' | 'source' | 'tags'>;

/**
 * Where the pages that some templates are part of take a script: behind the start of their head. A template that is no
 * part of a page of this app takes it before its own first script.
 */
export function headsOf(all: readonly Template[], some: readonly Template[]): PagePlace[] {
  const found = new Map<string, PagePlace>();
  for (const template of some)
    for (const page of pagesOf(all, template)) {
      const place = inHead(page.source) ?? beforeScript(page.source);
      if (place) found.set(page.path, place);
    }
  return [...found.values()];
}

/** The templates with a head that a template extends or is included by; itself where there are none. */
function pagesOf(all: readonly Template[], template: Template, seen = new Set<string>()): Template[] {
  if (seen.has(template.path)) return [];
  seen.add(template.path);
  if (inHead(template.source)) return [template];
  const above = [...named(all, template, /^extends\b/), ...all.filter((each) => includes(all, each, template))];
  const pages = above.flatMap((each) => pagesOf(all, each, seen));
  return pages.length > 0 ? pages : [template];
}

function includes(all: readonly Template[], outer: Template, inner: Template): boolean {
  return named(all, outer, /^(include|import|from)\b/).includes(inner);
}

/** The templates that the tags of this kind name. */
function named(all: readonly Template[], { tags }: Template, kind: RegExp): Template[] {
  const names = tags
    .filter(({ inner }) => kind.test(inner))
    .flatMap(({ inner }) => [...inner.matchAll(/["']([^"']+)["']/g)].map(([, name = '']) => name));
  return all.filter(({ path }) => names.some((name) => path === name || path.endsWith(`/${name}`)));
}

function inHead(source: Source): PagePlace | undefined {
  const masked = maskJinja(source.text);
  const tags = htmlTags(masked.html);
  const index = tags.findIndex(({ name, closing }) => name === 'head' && !closing);
  const [head, next] = tags.slice(index === -1 ? tags.length : index);
  if (!head) return undefined;
  // Browsers look for the encoding first.
  const last = next?.name === 'meta' && next.attributes.has('charset') ? next : head;
  const end = lineEnd(source, last.end);
  const own = masked.html.slice(last.end, end).trim() === '' && !cut(masked, last.end, end);
  if (!own) return { path: source.path, offset: last.end, before: '', after: '' };
  return { path: source.path, offset: end, before: source.eol + childIndent(source, end, head.start), after: '' };
}

function beforeScript(source: Source): PagePlace | undefined {
  const masked = maskJinja(source.text);
  const script = htmlTags(masked.html).find(({ name, closing }) => name === 'script' && !closing);
  if (!script) return undefined;
  const indent = indentAt(source, script.start);
  const alone = lineStart(source, script.start) + indent.length === script.start;
  return { path: source.path, offset: script.start, before: '', after: alone ? source.eol + indent : '' };
}

/** True where a tag of Jinja reaches over a range. */
function cut({ tags }: Masked, start: number, end: number): boolean {
  return tags.some((each) => each.start < end && each.end > start);
}

function childIndent(source: Source, from: number, start: number): string {
  const next = /\S/.exec(source.text.slice(from));
  const at = next ? from + next.index : from;
  return next && !/^<\/head/i.test(source.text.slice(at)) ? indentAt(source, at) : `${indentAt(source, start)}  `;
}
