/** A start or end tag of HTML. */
export interface HtmlTag {
  readonly name: string;
  readonly closing: boolean;
  readonly start: number;
  /** After the `>`. */
  readonly end: number;
  readonly attributes: ReadonlyMap<string, string>;
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

function readAttributes(html: string, from: number): Pick<HtmlTag, 'end' | 'attributes'> {
  const attributes = new Map<string, string>();
  let at = from;
  while (at < html.length && html[at] !== '>') {
    attribute.lastIndex = at;
    const found = attribute.exec(html);
    if (!found) {
      at++;
      continue;
    }
    const name = (found[1] ?? '').toLowerCase();
    if (!attributes.has(name)) attributes.set(name, found[2] ?? found[3] ?? found[4] ?? '');
    at = attribute.lastIndex;
  }
  return { end: Math.min(at + 1, html.length), attributes };
}

function skipText(html: string, name: string, from: number): number {
  if (!/^(script|style|textarea|title|xmp)$/.test(name)) return from;
  const close = new RegExp(`</${name}`, 'gi');
  close.lastIndex = from;
  return close.exec(html)?.index ?? html.length;
}
