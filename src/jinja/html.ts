/** An attribute as written; the offsets are those of its value, which is empty where it has none. */
export interface HtmlAttribute {
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** A start or end tag of HTML. */
export interface HtmlTag {
  readonly name: string;
  readonly closing: boolean;
  readonly start: number;
  /** After the `>`. */
  readonly end: number;
  /** The first of each name, as browsers take them. */
  readonly attributes: ReadonlyMap<string, string>;
  /** All of them: two of one name may stand in the branches of a condition. */
  readonly written: readonly HtmlAttribute[];
}

const attribute = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/y;

/** The tags of a text without Jinja, comments and the insides of scripts, styles and text areas left out. */
export function htmlTags(html: string): HtmlTag[] {
  const tags: HtmlTag[] = [];
  const open = /<!--|<(\/?)([a-zA-Z][^\s/>]*)/g;
  for (let found = open.exec(html); found; found = open.exec(html)) {
    const [all, slash, word] = found;
    if (word === undefined) {
      const end = html.indexOf('-->', found.index + 4);
      open.lastIndex = end === -1 ? html.length : end + 3;
      continue;
    }
    const tag = readAttributes(html, found.index + all.length);
    const name = word.toLowerCase();
    tags.push({ name, closing: slash === '/', start: found.index, ...tag });
    open.lastIndex = slash === '' ? skipText(html, name, tag.end) : tag.end;
  }
  return tags;
}

function readAttributes(html: string, from: number): Pick<HtmlTag, 'end' | 'attributes' | 'written'> {
  const written: HtmlAttribute[] = [];
  let at = from;
  while (at < html.length && html[at] !== '>') {
    attribute.lastIndex = at;
    const found = attribute.exec(html);
    if (!found) {
      at++;
      continue;
    }
    const name = (found[1] ?? '').toLowerCase();
    const quoted = found[2] ?? found[3];
    const value = quoted ?? found[4] ?? '';
    at = attribute.lastIndex;
    const end = quoted === undefined ? at : at - 1;
    written.push({ name, value, start: end - value.length, end });
  }
  const attributes = new Map(written.toReversed().map(({ name, value }) => [name, value]));
  return { end: Math.min(at + 1, html.length), attributes, written };
}

function skipText(html: string, name: string, from: number): number {
  if (!/^(script|style|textarea|title|xmp)$/.test(name)) return from;
  const close = new RegExp(`</${name}`, 'gi');
  close.lastIndex = from;
  return close.exec(html)?.index ?? html.length;
}
