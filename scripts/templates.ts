import ejs from 'ejs';

/** Answers that a user types freely; a template prints them through a literal helper only. */
const freeText = /\banswers\s*(?:\.\s*|\[\s*['"])(?:name|domain)\b|\bproject\s*\.\s*(?:title|domain)\b/;
const helperCall = /\b(?:py|toml|yaml|nginx|sh|md|html|line|host)\((?:[^()]|\([^()]*\))*\)/g;

const slotLine = /^([ \t]*)<%-\s*(slot\([^()]*\))\s*-?%>[ \t]*(?:\n|$)/gm;
const controlLine = /^[ \t]*(<%(?![-=%_])(?:(?!%>).)*?)-?%>[ \t]*(?:\n|$)/gm;

/** A template compiled to a TypeScript expression: a string where the text has no tags, else a function of the locals. */
export function compileTemplate(name: string, source: string): string {
  const text = source.replace(/\r\n/g, '\n');
  if (!text.includes('<%')) return JSON.stringify(text);
  for (const tag of text.matchAll(/<%([-=])(.*?)[-_]?%>/gs)) refuseRawValue(name, tag[1] ?? '', tag[2] ?? '');
  return `(locals) => {\n${body(name, wholeLines(text))}}`;
}

/** A slot or a control tag that is alone on its line takes the whole line, so that templates may be indented freely. */
function wholeLines(text: string): string {
  return text
    .replace(slotLine, (_, indent: string, call: string) => `<%- indented(${call}, ${JSON.stringify(indent)}) %>`)
    .replace(controlLine, (_, tag: string) => `${tag}%>`);
}

function body(name: string, text: string): string {
  const template = new ejs.Template(text, {
    _with: false,
    strict: true,
    compileDebug: false,
    filename: name,
    destructuredLocals: ['answers', 'project', 'has', 'slot'],
  });
  template.compile();
  return template.source.replaceAll('escapeFn(', `printed(${JSON.stringify(name)}, `);
}

function refuseRawValue(name: string, kind: string, expression: string): void {
  const shown = `<%${kind}${expression}%>`;
  if (kind === '-' && !/^\s*slot\([^()]*\)\s*$/.test(expression))
    throw new Error(`templates/${name}: ${shown} prints a value; <%- is for slots, use <%= with a literal helper.`);
  if (freeText.test(expression.replace(helperCall, '')))
    throw new Error(
      `templates/${name}: ${shown} prints text of the user as it is; wrap it in the literal helper of the file's language: py, toml, yaml, nginx, sh, md, html, line or host.`,
    );
}
