const simple: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '0': '\0',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
  '\r\n': '',
};

const escapes = /\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|(\r\n|[\s\S]))/gi;

/** The value of a string literal as written; undefined for one that is built when the program runs. */
export function readString(written: string): string | undefined {
  const parts = /^([a-zA-Z]*)("""|'''|"|')/.exec(written);
  const prefix = (parts?.[1] ?? '').toLowerCase();
  const quotes = parts?.[2];
  if (quotes === undefined || /[ft]/.test(prefix)) return undefined;
  const body = written.slice(prefix.length + quotes.length, written.length - quotes.length);
  return prefix.includes('r') ? body : body.replace(escapes, unescaped);
}

/** An unknown escape stands for itself, as in Python. */
function unescaped(all: string, ...found: (string | undefined)[]): string {
  const [x, u, long, other = ''] = found;
  const code = x ?? u ?? long;
  return code === undefined
    ? (simple[other] ?? all)
    : String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
}

/** The value of an integer or a floating-point literal. */
export function readNumber(written: string): number | undefined {
  const value = Number(written.replaceAll('_', '').toLowerCase());
  return Number.isNaN(value) ? undefined : value;
}
