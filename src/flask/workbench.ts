import type { ByHand, Place, SpliceChange } from '../mitigation.ts';
import { type Edit, holds, type PyFile } from '../python/edits.ts';
import { ensureImport, type Wanted } from '../python/ensure-import.ts';
import type { ParsePython } from '../python/parser.ts';
import type { Splice } from '../source/splice.ts';
import { lineAt, quote } from '../source/text.ts';
import type { AppFacts } from './facts.ts';

/** An edit with the ids of what it is for. */
export interface Attributed extends SpliceChange {
  readonly from: readonly string[];
}

/** What a set of changes comes to in an app that Dewar did not write. */
export interface Wired {
  readonly splices: readonly Attributed[];
  readonly byHand: readonly ByHand[];
}

/** Edits of an app's files that are gathered, checked together and then handed over. */
export interface Workbench {
  readonly app: AppFacts;
  file(path: string): PyFile | undefined;
  splice(path: string, splice: Splice, cause: Cause): void;
  /** Takes an edit, or notes it as a step by hand with its place and snippet. */
  take(path: string, edit: Edit, step: Step): void;
  /** Makes sure of an import and gives the name that it has in that file. */
  name(path: string, wanted: Wanted, cause: Cause): string;
  byHand(step: ByHand): void;
  /** All that was gathered; edits that would break a file become steps by hand. */
  finish(): Wired;
}

/** What an edit is for: in a sentence, and by the ids of what wants it. */
export interface Cause {
  readonly why: string;
  readonly from: readonly string[];
}

/** What an edit is for, and what to tell a person who has to do it. */
export interface Step extends Cause {
  readonly snippet: string;
  readonly at: number;
}

/** What is gathered while changes are lowered. */
interface Gathered {
  readonly splices: Attributed[];
  readonly byHand: ByHand[];
  /** Texts of new imports, which are put in order at the end. */
  readonly imports: Set<string>;
}

/** Opens a workbench on an app. */
export function workbench(app: AppFacts, parse: ParsePython): Workbench {
  const file = opener(app, parse);
  const gathered: Gathered = { splices: [], byHand: [], imports: new Set() };
  const splice: Workbench['splice'] = (path, each, { why, from }) =>
    gather(gathered, { ...each, kind: 'splice', file: path, why, from });
  return {
    app,
    file,
    splice,
    byHand: (step) => void gathered.byHand.push(step),
    take(path, edit, { why, from, snippet, at }) {
      if ('splice' in edit) return splice(path, edit.splice, { why, from });
      const place = placeIn(file(path), at);
      gathered.byHand.push({ kind: 'by-hand', ...(place && { place }), what: `${why} (${edit.refused})`, snippet });
    },
    name(path, wanted, cause) {
      const module = app.modules.get(path);
      const open = file(path);
      if (!module || !open) return wanted.alias ?? wanted.name ?? wanted.module;
      const imported = ensureImport(open, module.name, wanted);
      for (const each of imported.splices) {
        gathered.imports.add(each.insert);
        splice(path, each, cause);
      }
      return imported.local;
    },
    finish: () => checked({ ...gathered, splices: orderImports(gathered) }, file, parse),
  };
}

/** Parses a file once, when it is first edited. */
function opener(app: AppFacts, parse: ParsePython): Workbench['file'] {
  const files = new Map<string, PyFile>();
  return (path) => {
    const module = app.modules.get(path);
    const known = files.get(path) ?? (module && { source: module.source, tree: parse(module.source.text) });
    if (known) files.set(path, known);
    return known;
  };
}

/** Equal splices count once, for all that want them. */
function gather({ splices }: Gathered, wanted: Attributed): void {
  const { file, start, insert } = wanted;
  const at = splices.findIndex((other) => other.file === file && other.start === start && other.insert === insert);
  const known = splices[at];
  if (known) splices[at] = shared(known, wanted);
  else splices.push(wanted);
}

/** One edit that two want. */
function shared(one: Attributed, other: Attributed): Attributed {
  return { ...one, from: [...new Set([...one.from, ...other.from])] };
}

/** New imports at one place stand in the order of the alphabet, the app's own ones last below one empty line. */
function orderImports({ splices, imports }: Gathered): Attributed[] {
  const rank = ({ insert }: SpliceChange): string => `${/from \./.test(insert) ? 1 : 0} ${insert.trim()}`;
  const isImport = ({ insert }: SpliceChange): boolean => imports.has(insert);
  const opened = new Set<string>();
  const tidy = splices
    .filter(isImport)
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
    .map((each) => {
      if (!/^(\r?\n){2}/.test(each.insert)) return each;
      const key = `${each.file} ${each.start}`;
      if (opened.has(key)) return { ...each, insert: each.insert.replace(/^\r?\n/, '') };
      opened.add(key);
      return each;
    });
  return [...tidy, ...splices.filter((each) => !isImport(each))];
}

function placeIn(file: PyFile | undefined, at: number): Place | undefined {
  return file && { file: file.source.path, line: lineAt(file.source, at), text: quote(file.source, at) };
}

/** Leaves out the edits of a file that does not parse, or would not after them. */
function checked(wired: Wired, file: Workbench['file'], parse: ParsePython): Wired {
  const bad = new Set<string>();
  for (const path of new Set(wired.splices.map((each) => each.file))) {
    const open = file(path);
    const own = wired.splices.filter((each) => each.file === path);
    if (!open || open.tree.errors.length > 0 || !holds(open, own, parse)) bad.add(path);
  }
  const refused = wired.splices.filter((each) => bad.has(each.file));
  const byHand = refused.map(({ file: path, start, insert, why }): ByHand => {
    const place = placeIn(file(path), start);
    return {
      kind: 'by-hand',
      ...(place && { place }),
      what: `${why} (${file(path)?.tree.errors.length ? 'Python cannot read the file as it is' : 'the file would not parse after the edit'})`,
      snippet: insert.trim(),
    };
  });
  return { splices: wired.splices.filter((each) => !bad.has(each.file)), byHand: [...wired.byHand, ...byHand] };
}
