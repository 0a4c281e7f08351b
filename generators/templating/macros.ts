import type { AppFacts } from '../../src/flask/facts.ts';
import { maskJinja } from '../../src/jinja/mask.ts';
import type { OutputFacts } from '../../src/jinja/outputs.ts';
import { lineAt, type Source } from '../../src/source/text.ts';

/** A macro of a template. */
interface Macro {
  readonly name: string;
  readonly params: readonly string[];
  readonly file: string;
  readonly first: number;
  readonly last: number;
}

interface Macros {
  readonly all: readonly Macro[];
  /** What stands between the brackets of every call, by the name that is called. */
  readonly calls: ReadonlyMap<string, readonly string[]>;
}

const known = new WeakMap<AppFacts, Macros>();

/** True for a parameter of a macro that is called as a function, such as a field of a form, or that is given own text by every caller. */
export function isOwnParameter(app: AppFacts, { file, line, subject }: OutputFacts): boolean {
  const [, name = '', called] = /^(\w+)(\(.*\))?$/s.exec(subject) ?? [];
  if (name === '') return false;
  const macros = known.get(app) ?? macrosOf(app);
  known.set(app, macros);
  const macro = macros.all.find((each) => each.file === file && each.first <= line && line <= each.last);
  const position = macro?.params.indexOf(name) ?? -1;
  if (!macro || position === -1) return false;
  if (called !== undefined) return true;
  const calls = macros.calls.get(macro.name) ?? [];
  return calls.length > 0 && calls.every((list) => isOwnText(argumentIn(list, name, position)));
}

/** Text in quotes, a translation, a number, or nothing. */
function isOwnText(written: string | undefined): boolean {
  return (
    written === undefined ||
    /^\s*(("(\\.|[^"\\])*"|'(\\.|[^'\\])*'|[\d.]+|none|true|false)\s*|_\(\s*("[^"]*"|'[^']*')\s*\)\s*)$/is.test(written)
  );
}

function argumentIn(list: string, name: string, position: number): string | undefined {
  const all = splitArguments(list);
  const named = all.find((each) => new RegExp(`^\\s*${name}\\s*=`).test(each));
  if (named !== undefined) return named.slice(named.indexOf('=') + 1);
  const given = all[position];
  return given === undefined || /^\s*\w+\s*=[^=]/.test(given) || given.trim() === '' ? undefined : given;
}

function splitArguments(list: string): string[] {
  const found = [''];
  let depth = 0;
  for (const [piece] of list.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^"']/gs)) {
    if (/^[([{]$/.test(piece)) depth++;
    if (/^[)\]}]$/.test(piece)) depth--;
    if (piece === ',' && depth === 0) found.push('');
    else found[found.length - 1] += piece;
  }
  return found;
}

function macrosOf(app: AppFacts): Macros {
  const calls = new Map<string, string[]>();
  const all: Macro[] = [];
  for (const { source, role } of app.templates) {
    if (role !== 'production') continue;
    const { tags } = maskJinja(source.text);
    const ends = tags.filter(({ inner }) => /^endmacro\b/.test(inner));
    for (const { inner, start } of tags) {
      const macro = macroOf(inner);
      if (macro) {
        const end = ends.find((each) => each.start > start)?.end ?? source.text.length;
        all.push({ ...macro, file: source.path, ...linesOf(source, start, end) });
      } else gather(calls, inner);
    }
  }
  return { all, calls };
}

function linesOf(source: Source, start: number, end: number): { first: number; last: number } {
  return { first: lineAt(source, start), last: lineAt(source, end) };
}

function macroOf(inner: string): Pick<Macro, 'name' | 'params'> | undefined {
  const [, name, params = ''] = /^macro\s+(\w+)\s*\(([\s\S]*)\)\s*$/.exec(inner) ?? [];
  if (name === undefined) return undefined;
  return { name, params: splitArguments(params).map((each) => (each.split('=')[0] ?? '').trim()) };
}

/** The calls of a tag, with what stands up to the bracket that closes each. */
function gather(calls: Map<string, string[]>, inner: string): void {
  for (const { 1: name = '', index, 0: all } of inner.matchAll(/\b(\w+)\(/g)) {
    const from = index + all.length;
    const lists = calls.get(name) ?? [];
    lists.push(inner.slice(from, closing(inner, from)));
    calls.set(name, lists);
  }
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (const { 0: piece, index } of text.slice(from).matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[()]/gs)) {
    if (piece === '(') depth++;
    if (piece === ')') depth--;
    if (depth === 0) return from + index;
  }
  return text.length;
}
