/** One word of an expression. */
export type Token =
  | { readonly kind: 'name' | 'mark'; readonly text: string }
  | { readonly kind: 'text' | 'mixed'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string };

const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['number', /\d+(?:\.\d+)?/y],
  ['text', /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/y],
  ['mixed', /`(?:[^`\\]|\\.)*`/y],
  ['mark', /===|!==|&&|\|\||>=|<=|[!?:()[\].,<>]/y],
];
const blank = /\s*/y;

/**
 * The words of an expression of a template.
 * @throws SyntaxError at the first character that begins none.
 */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = after(blank, source, 0); at < source.length; at = after(blank, source, at)) {
    const token = tokenAt(source, at);
    if (token === undefined) throw new SyntaxError(`${JSON.stringify(source.slice(at, at + 12))} cannot stand here`);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(source: string, at: number): Token | undefined {
  for (const [kind, pattern] of patterns) {
    const end = after(pattern, source, at);
    if (end > at) return { kind, text: source.slice(at, end) };
  }
  return undefined;
}

function after(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(source) ? pattern.lastIndex : at;
}

/**
 * What the quotes of a literal hold.
 * @throws SyntaxError for an escape other than the few that every reader knows.
 */
export function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, (written, character: string) => {
    const meant = escapes[character];
    if (meant === undefined) throw new SyntaxError(`the escape ${written} is not known here`);
    return meant;
  });
}

const escapes: Readonly<Record<string, string | undefined>> = Object.assign(Object.create(null), {
  n: '\n',
  t: '\t',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
  $: '$',
});
