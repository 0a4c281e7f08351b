import type { Place } from '../mitigation.ts';
import { indentAt, lineAt, lineEnd, lineStart, quote, type Source } from '../source/text.ts';
import { type HtmlTag, htmlTags } from './html.ts';
import { DYNAMIC, type JinjaTag, type Masked, maskJinja } from './mask.ts';
import { type RequestFacts, unsafeRequests } from './requests.ts';

/** A form of a template. `method` is `dynamic` where an expression gives it. */
export interface FormFacts extends Place {
  readonly method: 'get' | 'post' | 'dialog' | 'dynamic';
  /** As written; absent where the form posts to its own page. */
  readonly action?: string;
  /** True when the action is a literal address on another host: a token would leak there. */
  readonly foreign: boolean;
  /** `possible` where an include or a macro in the form may bring the token. */
  readonly token: 'present' | 'possible' | 'absent';
  /** Where a hidden field can be put, right after the start tag, and what surrounds it there. */
  readonly insert: { readonly offset: number; readonly before: string; readonly after: string };
}

/** A script of a template; `src` is absent for one that stands in the page. */
export interface ScriptFacts extends Place {
  readonly src?: string;
  readonly start: number;
  readonly end: number;
}

export interface TemplateFacts {
  readonly path: string;
  readonly source: Source;
  readonly tags: readonly JinjaTag[];
  readonly forms: readonly FormFacts[];
  readonly scripts: readonly ScriptFacts[];
  /** What the scripts in the page send. */
  readonly requests: readonly RequestFacts[];
}

/** What renders a token: Flask-WTF's function and field, and the macros of Bootstrap-Flask and Flask-Bootstrap. */
const token = /\bcsrf_token\b|\bhidden_tag\s*\(|\bcsrf_field\b|\b(?:quick_form|render_form)\s*\(/;

/** Reads the forms and scripts of a template. */
export function readTemplate(source: Source): TemplateFacts {
  const masked = maskJinja(source.text);
  const tags = htmlTags(masked.html);
  const scripts = tags.flatMap((tag, index) =>
    tag.name === 'script' && !tag.closing ? script(source, tag, tags[index + 1]) : [],
  );
  return {
    path: source.path,
    source,
    tags: masked.tags,
    forms: tags.flatMap((tag, index) =>
      tag.name === 'form' && !tag.closing ? form(source, masked, { tags, index, tag }) : [],
    ),
    scripts,
    requests: scripts.flatMap(({ start, end }) => unsafeRequests(source, start, end)),
  };
}

function form(
  source: Source,
  masked: Masked,
  { tags, index, tag }: { tags: HtmlTag[]; index: number; tag: HtmlTag },
): FormFacts {
  const end = tags.slice(index + 1).find((each) => each.name === 'form' && each.closing)?.start ?? source.text.length;
  const action = rawAttribute(source, tag, 'action');
  return {
    ...place(source, tag.start),
    method: methodOf(tag),
    ...(action !== undefined && { action }),
    foreign: /^\s*(https?:)?\/\//i.test(action ?? ''),
    token: tokenIn(
      source.text.slice(tag.start, end),
      masked.tags.filter((each) => each.start >= tag.start && each.start < end),
    ),
    insert: insertion(source, masked, tag),
  };
}

function methodOf(tag: HtmlTag): FormFacts['method'] {
  const method = (tag.attributes.get('method') ?? 'get').trim().toLowerCase();
  if (method.includes(DYNAMIC)) return 'dynamic';
  return method === 'post' || method === 'dialog' ? method : 'get';
}

/** The value with its Jinja, which the masked one has not. */
function rawAttribute(source: Source, tag: HtmlTag, name: string): string | undefined {
  const found = tag.written.find((each) => each.name === name);
  return found && source.text.slice(found.start, found.end);
}

function tokenIn(body: string, tags: readonly JinjaTag[]): FormFacts['token'] {
  const code = tags.filter(({ kind }) => kind !== 'comment');
  if (code.some(({ inner }) => token.test(inner)) || /name\s*=\s*["']?(csrf_token|_csrf_token)\b/.test(body))
    return 'present';
  const outside = code.some(({ kind, inner }) =>
    kind === 'statement' ? /^(include|call|import)\b/.test(inner) : macroCall(inner),
  );
  return outside ? 'possible' : 'absent';
}

/** A call that builds markup out of a whole form, such as `render(form)` or `forms.fields(form)`. */
function macroCall(inner: string): boolean {
  return /^[\w.]+\(\s*(?:\w*_)?form\s*[,)]/.test(inner);
}

/** On a line of its own where the form's content starts on the next line, else right behind the start tag. */
function insertion(source: Source, masked: Masked, tag: HtmlTag): FormFacts['insert'] {
  const { text, eol } = source;
  const rest = lineEnd(source, tag.end);
  if (masked.html.slice(tag.end, rest).trim() !== '') return { offset: tag.end, before: '', after: '' };
  const indent = childIndent(source, rest) ?? `${indentAt(source, tag.start)}  `;
  const inTags = masked.tags.some((each) => each.start < rest && each.end > rest);
  if (inTags || rest === text.length) return { offset: tag.end, before: '', after: '' };
  return { offset: rest, before: eol + indent, after: '' };
}

/** Indentation of the first line with content below. */
function childIndent(source: Source, from: number): string | undefined {
  const next = /\S/.exec(source.text.slice(from));
  if (!next) return undefined;
  const at = from + next.index;
  if (/^<\/form/i.test(source.text.slice(at))) return undefined;
  return lineStart(source, at) + indentAt(source, at).length === at ? indentAt(source, at) : undefined;
}

function script(source: Source, tag: HtmlTag, next: HtmlTag | undefined): ScriptFacts {
  const src = rawAttribute(source, tag, 'src');
  return {
    ...place(source, tag.start),
    ...(src !== undefined && { src }),
    start: tag.end,
    end: next?.start ?? source.text.length,
  };
}

function place(source: Source, offset: number): Place {
  return { file: source.path, line: lineAt(source, offset), text: quote(source, offset) };
}
