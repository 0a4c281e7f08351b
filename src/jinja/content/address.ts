/** Where something comes from: the app itself, another host, an address that holds its content, or nobody knows. */
export type Origin =
  | { readonly from: 'self' }
  | { readonly from: 'host'; readonly host: string; readonly path: string }
  | { readonly from: 'scheme'; readonly scheme: string }
  | { readonly from: 'unknown' };

const unknown: Origin = { from: 'unknown' };
const self: Origin = { from: 'self' };

/** Judges an address as it stands in a template; `known` gives the text of a Jinja expression where it is known. */
export function originOf(address: string, known: (expression: string) => string | undefined): Origin {
  const text = address
    .replace(/\{%[\s\S]*?%\}|\{#[\s\S]*?#\}/g, '')
    .replace(/\{\{-?([\s\S]*?)-?\}\}/g, (all, inner: string) => known(inner.trim()) ?? all)
    .trim();
  if (text.startsWith('{{')) return ofExpression(/^\{\{-?([\s\S]*?)-?\}\}/.exec(text)?.[1]?.trim() ?? '');
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && !/^(https?|wss?)$/.test(scheme)) return { from: 'scheme', scheme: `${scheme}:` };
  const absolute = /^(?:(https?|wss?):)?\/\/([^/?#\s]*)([^?#\s]*)/i.exec(text);
  return absolute ? ofHost(absolute[1]?.toLowerCase(), absolute[2] ?? '', absolute[3] ?? '') : self;
}

/** What these give is an address of the app itself. */
function ofExpression(expression: string): Origin {
  return /^(url_for|(\w+\.)?(static|asset|css|js)\w*|get_url|vite_\w+|request\.(path|url|full_path|base_url|script_root|url_root|host_url|endpoint)|(g|session)\.csrf)\b/.test(
    expression,
  ) || /\burl_for\(/.test(expression)
    ? self
    : unknown;
}

/** A name that begins with a part nobody knows stands for all names below the rest. */
function ofHost(scheme: string | undefined, written: string, path: string): Origin {
  const name = written.replace(/^(?:[\w-]*(?:\{\{[^}]*\}\}|\$\{[^}]*\}|\{\w+\}|\ue000+)[\w-]*\.)+/, '*.').toLowerCase();
  if (!/^(\*\.)?[a-z\d](?:[a-z\d-]*(?:\.[a-z\d-]+)*)(:\d+)?$/.test(name) || /^\*\.[^.]+$/.test(name)) return unknown;
  return { from: 'host', host: scheme === undefined ? name : `${scheme}://${name}`, path };
}
