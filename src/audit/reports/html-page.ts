import { createHash } from 'node:crypto';
import { version } from '../../version.ts';
import { style } from './html-style.ts';
import { oneLine } from './markdown.ts';

/** What stands in a page; all but the title is HTML. */
interface Page {
  readonly title: string;
  /** More rules, behind those of every report. */
  readonly style?: string;
  readonly body: string;
  readonly footer: string;
}

/** A page that loads nothing: its policy allows its own style sheet, by hash, and nothing else. */
export function htmlPage({ title, style: more = '', body, footer }: Page): string {
  const own = `${style}${more}`;
  const hash = createHash('sha256').update(own).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${html(title)}</title>
<style>${own}</style>
</head>
<body>
${body}
<footer>Dewar ${html(version)}. ${footer}</footer>
</body>
</html>
`;
}

/** A sentence for HTML: what stands between backticks is code. */
export function prose(text: string): string {
  return html(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

/** Text for HTML, in elements and in quoted attributes; control characters are made visible. */
export function html(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return oneLine(text).replace(/[&<>"']/g, (character) => names[character] ?? '');
}
