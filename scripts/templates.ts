import ejs from 'ejs';
import { literals } from '../src/plan/literals.ts';

/** Names of the functions that write a value as a literal of a file's language. */
export const helpers: readonly string[] = Object.keys(literals);

/** Answers that a user types freely; a template prints them through a literal helper only. */
const freeText = /\banswers\s*(?:\.\s*|\[\s*['"])(?:name|domain)\b|\bproject\s*\.\s*(?:title|domain)\b/;
const helperCall = new RegExp(`\\b(?:${helpers.join('|')})\\((?:[^()]|\\([^()]*\\))*\\)`, 'g');

const slotLine = /^([ \t]*)<%-\s*((?:slot|lock)\([^()]*\))\s*-?%>[ \t]*(?:\n|$)/gm;
const controlLine = /^[ \t]*(<%(?![-=%_])(?:(?!%>).)*?)-?%>[ \t]*(?:\n|$)/gm;

/** Turns literal text of a template into the expression that yields it. */
export type Literal = (text: string) => string;

/** A template compiled to an expression: a string where the text has no tags, else a function of the locals. */
export function compileTemplate(name: string, source: string, literal: Literal = JSON.stringify): string {
  const text = source.replace(/\r\n/g, '\n');
  if (!text.includes('<%')) return literal(text);
  for (const tag of text.matchAll(/<%([-=])(.*?)[-_]?%>/gs)) refuseRawValue(name, tag[1] ?? '', tag[2] ?? '');
  return `({ answers, project, has, slot, lock }) => {\n${body(name, wholeLines(text), literal)}}`;
}

/** A slot or a control tag that is alone on its line takes the whole line, so that templates may be indented freely. */
function wholeLines(text: string): string {
  return text
    .replace(slotLine, (_, indent: string, call: string) => `<%- indented(${call}, ${JSON.stringify(indent)}) %>`)
    .replace(controlLine, (_, tag: string) => `${tag}%>`);
}

function body(name: string, text: string, literal: Literal): string {
  const template = new ejs.Template(text, {
    _with: false,
    strict: true,
    compileDebug: false,
    filename: name,
  });
  template.compile();
  return template.source
    .replace(appender, '')
    .replaceAll('escapeFn(', `printed(${JSON.stringify(name)}, `)
    .replace(literalText, (_, escaped: string) => `    ; __append(${literal(unescaped(escaped))})`)
    .replace(/^ {4}; __append\(/gm, '    ; __output += (');
}

/** EJS passes over values that are not there; here none can be, so that the text is added without a function. */
const appender = /^ *function __append\(.*\n/m;

/** Text between tags, as EJS writes it out. */
const literalText = /^ {4}; __append\("((?:[^"\\]|\\.)*)"\)$/gm;

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => ({ n: '\n', r: '\r' })[character] ?? character);
}

function refuseRawValue(name: string, kind: string, expression: string): void {
  const shown = `<%${kind}${expression}%>`;
  if (kind === '-' && !/^\s*(?:slot|lock)\([^()]*\)\s*$/.test(expression))
    throw new Error(
      `templates/${name}: ${shown} prints a value; <%- is for slots and locks, use <%= with a literal helper.`,
    );
  if (freeText.test(expression.replace(helperCall, '')))
    throw new Error(
      `templates/${name}: ${shown} prints text of the user as it is; wrap it in the literal helper of the file's language: ${helpers.join(', ')}.`,
    );
}
