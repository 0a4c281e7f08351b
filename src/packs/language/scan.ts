/** A piece of a template: text as it is, or what stands in a tag. */
export interface Piece {
  readonly kind: 'text' | 'print' | 'shared' | 'control';
  readonly text: string;
  readonly line: number;
  /** What stands before a slot that is alone on its line, and then before each of its lines. */
  readonly indent?: string;
}

type Fail = (line: number, what: string) => Error;
const kinds: Readonly<Record<string, Exclude<Piece['kind'], 'text'>>> = { '=': 'print', '-': 'shared', '': 'control' };

/**
 * The pieces of a template, as EJS and the build of Dewar's own templates would cut it: a slot or a control tag that is
 * alone on its line takes the whole line.
 * @throws what `fail` makes for a tag that is not closed, or of a kind that packs have no use for.
 */
export function scan(source: string, fail: Fail): readonly Piece[] {
  const text = source.replace(/\r\n/g, '\n');
  const pieces: Piece[] = [];
  const placeOf = places(text);
  let end = 0;
  for (let start = text.indexOf('<%'); start !== -1; start = text.indexOf('<%', end)) {
    const { line, begin } = placeOf(start);
    const tag = tagAt(text, start);
    if (typeof tag === 'string') throw fail(line, tag);
    // Another tag before it on its line is seen without looking at the line again.
    const whole = tag.takesLine && end <= begin ? wholeLine(text, { begin, start, end: tag.end }) : undefined;
    pieces.push({ kind: 'text', text: text.slice(end, whole ? begin : start), line }, ...pieceOf(tag, line, whole));
    end = whole?.end ?? afterTag(text, tag);
  }
  pieces.push({ kind: 'text', text: text.slice(end), line: placeOf(text.length).line });
  return pieces.filter((piece) => piece.kind !== 'text' || piece.text !== '');
}

/** The piece of a tag; a comment is none. */
function pieceOf(tag: Tag, line: number, whole: { readonly indent: string } | undefined): Piece[] {
  const kind = kinds[tag.mark];
  if (!kind) return [];
  return [{ kind, text: tag.inner, line, ...(kind === 'shared' && whole && { indent: whole.indent }) }];
}

interface Tag {
  readonly mark: string;
  readonly inner: string;
  /** Behind its `%>`. */
  readonly end: number;
  /** Written `-%>`. */
  readonly trims: boolean;
  /** Takes its line where it is alone on it. */
  readonly takesLine: boolean;
}

function tagAt(text: string, start: number): Tag | string {
  const close = text.indexOf('%>', start + 2);
  if (close === -1) return 'a tag is not closed with %>';
  const [mark = ''] = /^[-=#%_]?/.exec(text.slice(start + 2, start + 3)) ?? [];
  const trims = close > start + 2 + mark.length && text[close - 1] === '-';
  const inner = text.slice(start + 2 + mark.length, close - (trims ? 1 : 0));
  if (mark === '_' || mark === '%' || inner.endsWith('_')) return `the tag <%${mark} is not known here; use <% and -%>`;
  return { mark, inner: inner.trim(), end: close + 2, trims, takesLine: mark !== '=' && !inner.includes('\n') };
}

/** Where the line of a tag ends that is alone on it; undefined where it is not. */
function wholeLine(
  text: string,
  tag: { readonly begin: number; readonly start: number; readonly end: number },
): { indent: string; end: number } | undefined {
  const blank = /[ \t]*/y;
  blank.lastIndex = tag.begin;
  blank.test(text);
  if (blank.lastIndex < tag.start) return undefined;
  const rest = /[ \t]*(?:\n|$)/y;
  rest.lastIndex = tag.end;
  return rest.test(text) ? { indent: text.slice(tag.begin, tag.start), end: rest.lastIndex } : undefined;
}

/** `-%>` takes the line break that follows at once. */
function afterTag(text: string, { end, trims }: Tag): number {
  return trims && text[end] === '\n' ? end + 1 : end;
}

/** Tells the line of an offset and where it begins; offsets come in rising order, so no line is counted twice. */
function places(text: string): (offset: number) => { line: number; begin: number } {
  let [line, begin, next] = [1, 0, text.indexOf('\n')];
  return (offset) => {
    while (next !== -1 && next < offset) {
      line += 1;
      begin = next + 1;
      next = text.indexOf('\n', begin);
    }
    return { line, begin };
  };
}
