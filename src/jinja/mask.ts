/** Stands for a `{{ }}` in masked text; an attribute with it is only known when the page is rendered. */
export const DYNAMIC = '\ue000';

/** One tag of a template: `{{ }}`, `{% %}` or `{# #}`. */
export interface JinjaTag {
  readonly kind: 'expression' | 'statement' | 'comment';
  readonly start: number;
  readonly end: number;
  /** What stands between the marks, without `-` and `+`. */
  readonly inner: string;
}

/** A template whose Jinja is blanked out: equal length, so that every offset stays what it was. */
export interface Masked {
  readonly html: string;
  readonly tags: readonly JinjaTag[];
  /** Bodies of `{% raw %}`. */
  readonly raw: readonly { readonly start: number; readonly end: number }[];
}

/** Blanks out the Jinja of a template; lines stay where they are. */
export function maskJinja(text: string): Masked {
  const tags: JinjaTag[] = [];
  const raw: { start: number; end: number }[] = [];
  const out: string[] = [];
  let at = 0;
  for (;;) {
    const start = nextTag(text, at);
    if (start === -1) break;
    const tag = readTag(text, start);
    out.push(text.slice(at, start), blank(text.slice(start, tag.end), tag.kind === 'expression' ? DYNAMIC : ' '));
    at = tag.end;
    if (tag.kind === 'statement' && /^raw\b/.test(tag.inner)) {
      const end = rawEnd(text, at);
      raw.push({ start: at, end });
      out.push(blank(text.slice(at, end), ' '));
      at = end;
    } else tags.push(tag);
  }
  out.push(text.slice(at));
  return { html: out.join(''), tags, raw };
}

function nextTag(text: string, from: number): number {
  for (let at = text.indexOf('{', from); at !== -1; at = text.indexOf('{', at + 1))
    if (/[{%#]/.test(text[at + 1] ?? '')) return at;
  return -1;
}

function readTag(text: string, start: number): JinjaTag {
  const mark = text[start + 1];
  const kind = mark === '{' ? 'expression' : mark === '%' ? 'statement' : 'comment';
  const close = kind === 'expression' ? '}}' : kind === 'statement' ? '%}' : '#}';
  const end = kind === 'comment' ? text.indexOf(close, start + 2) : closing(text, start + 2, close);
  const stop = end === -1 ? text.length : end;
  const inner = text
    .slice(start + 2, stop)
    .replace(/^[-+]|[-+]$/g, '')
    .trim();
  return { kind, start, end: Math.min(text.length, stop + 2), inner };
}

/** What a closing mark is looked for between: strings, brackets and the mark itself. */
const pieces = /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|[([{]|[)\]}]|[%]/g;

/** The closing mark, not taken from inside a string, nor a brace from inside a literal. */
function closing(text: string, from: number, close: string): number {
  let depth = 0;
  pieces.lastIndex = from;
  for (let found = pieces.exec(text); found; found = pieces.exec(text)) {
    if (depth === 0 && text.startsWith(close, found.index)) return found.index;
    const [piece] = found;
    if (/^[([{]/.test(piece)) depth++;
    else if (/^[)\]}]/.test(piece)) depth = Math.max(0, depth - 1);
  }
  return text.indexOf(close, from);
}

function rawEnd(text: string, from: number): number {
  const end = /\{%[-+]?\s*endraw\b/g;
  end.lastIndex = from;
  return end.exec(text)?.index ?? text.length;
}

function blank(text: string, by: string): string {
  return text.replace(/[^\r\n]/g, by);
}
