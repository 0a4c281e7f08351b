/** Writers of one value as a literal of the language it enters; a user's text never enters a file any other way. */
export const literals = { py, toml, yaml, nginx, sh, md, html, line, unit, host } as const;

/** A Python string literal. */
export function py(value: string): string {
  return doubleQuoted(value);
}

/** A TOML basic string. */
export function toml(value: string): string {
  return doubleQuoted(value);
}

/** A YAML double-quoted scalar. */
export function yaml(value: string): string {
  return doubleQuoted(value);
}

/** An Nginx double-quoted parameter; `$` would start a variable and has no escape, so it is refused. */
export function nginx(value: string): string {
  if (/[$\p{Cc}]/u.test(value)) throw new TypeError(`"${value}" cannot stand in an Nginx configuration.`);
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

/** A POSIX shell word in single quotes. */
export function sh(value: string): string {
  return `'${oneLine(value).replace(/'/g, `'\\''`)}'`;
}

/** Text in Markdown: every character that could start markup is escaped. */
export function md(value: string): string {
  return oneLine(value).replace(/[\\`*_{}[\]<>()#+!|~&]/g, '\\$&');
}

/** Text or a quoted attribute in HTML or Jinja: also `{` and `}`, which would open a Jinja tag. */
export function html(value: string): string {
  return oneLine(value).replace(/[&<>"'{}]/g, (character) => `&#${character.codePointAt(0)};`);
}

/** Text inside a comment or a docstring: one line, without quotes, braces, backslashes or the end of a comment in CSS. */
export function line(value: string): string {
  return oneLine(value)
    .replace(/["'\\{}]|\*\//g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Text of one line in a systemd unit, where `%` begins a specifier. */
export function unit(value: string): string {
  return line(value).replaceAll('%', '%%');
}

/** A host name, in any language: its few characters need no quoting, and anything else is refused. */
export function host(value: string): string {
  if (!/^[a-z0-9.-]+$/.test(value)) throw new TypeError(`"${value}" is no host name.`);
  return value;
}

function oneLine(value: string): string {
  return value.replace(/\p{Cc}+/gu, ' ');
}

/** The escapes that Python, TOML 1.0 and YAML 1.2 read alike. */
function doubleQuoted(value: string): string {
  const escaped = value.replace(/[\\"]/g, '\\$&').replace(/[\p{Cc}\u2028\u2029\ufeff]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}
