import { DewarError } from '../../error.ts';
import { emptySlot } from '../../plan/blank.ts';
import type { Locals } from '../../plan/render.ts';
import { fault, type Spot } from '../fault.ts';
import { type Names, refuseForeign, refuseRaw } from './check.ts';
import { type Budget, type Known, listOf, printed, sharedText, truth } from './evaluate.ts';
import { type Expression, parseExpression } from './expressions.ts';
import { type Piece, scan } from './scan.ts';

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly value: Expression; readonly line: number }
  | { readonly kind: 'shared'; readonly value: Expression; readonly indent: string | undefined }
  | { readonly kind: 'if'; readonly branches: readonly Branch[] }
  | {
      readonly kind: 'each';
      readonly name: string;
      readonly list: Expression;
      readonly body: Node[];
      readonly line: number;
    };

interface Branch {
  readonly when: Expression;
  readonly body: Node[];
  readonly line: number;
}

/** A template of a pack, as a function of what Dewar's own templates are given; nothing of it is run as code. */
export type Interpreted = (locals: Locals) => string;

/**
 * Reads a template of a pack, which begins at a place.
 * @throws DewarError with file and line for anything that the language does not have, and for names that are not known.
 */
export function readTemplate(spot: Spot, source: string, names: Names): string | Interpreted {
  if (!source.includes('<%')) return source.replace(/\r\n/g, '\n');
  const { file } = spot;
  const placed = (line: number): number => line + spot.line - 1;
  const pieces = scan(source, (line, what) => fault({ file, line: placed(line) }, what));
  const nodes = parse({ file, pieces: pieces.map((piece) => ({ ...piece, line: placed(piece.line) })), at: 0 }, names);
  return (locals) => rendered(file, nodes, locals);
}

/** A condition that stands alone, as in the `when` of a question or a change. */
export function readCondition(spot: Spot, source: string, names: Names): (known: Known) => boolean {
  const condition = expression(spot, source, names);
  return (known) => truth(condition, known);
}

interface Reader {
  readonly file: string;
  readonly pieces: readonly Piece[];
  at: number;
}

function parse(reader: Reader, names: Names): Node[] {
  const nodes = block(reader, names);
  const rest = reader.pieces[reader.at];
  if (rest) throw fault({ file: reader.file, line: rest.line }, 'a } has no if or for that it ends');
  return nodes;
}

/** Nodes up to the `}` of the block that they stand in, which is left to its reader. */
function block(reader: Reader, names: Names): Node[] {
  const nodes: Node[] = [];
  for (let piece = reader.pieces[reader.at]; piece; piece = reader.pieces[reader.at]) {
    if (piece.kind === 'control' && piece.text.startsWith('}')) break;
    reader.at += 1;
    const node = nodeOf(piece, reader, names);
    if (node) nodes.push(node);
  }
  return nodes;
}

function nodeOf(piece: Piece, reader: Reader, names: Names): Node | undefined {
  const spot = { file: reader.file, line: piece.line };
  switch (piece.kind) {
    case 'text':
      return { kind: 'text', text: piece.text };
    case 'print': {
      const value = expression(spot, piece.text, names);
      refuseRaw(spot, value, names);
      return { kind: 'print', value, line: piece.line };
    }
    case 'shared': {
      const value = expression(spot, piece.text, names);
      if (value.kind !== 'shared') throw fault(spot, '<%- is for slots and locks; use <%= with a literal helper');
      return { kind: 'shared', value, indent: piece.indent };
    }
    case 'control':
      return statement(piece, reader, names);
  }
}

const ifs = /^if\s*\(([\s\S]*)\)\s*\{$/;
const elseIfs = /^\}\s*else\s+if\s*\(([\s\S]*)\)\s*\{$/;
const elses = /^\}\s*else\s*\{$/;
const fors = /^for\s*\(\s*const\s+([A-Za-z_]\w*)\s+of\s+([\s\S]*)\)\s*\{$/;
const always: Expression = { kind: 'constant', value: true };

function statement(piece: Piece, reader: Reader, names: Names): Node | undefined {
  const spot = { file: reader.file, line: piece.line };
  const condition = ifs.exec(piece.text)?.[1];
  if (condition !== undefined) return branching(condition, piece, { reader, names });
  const [, name, list] = fors.exec(piece.text) ?? [];
  if (name === undefined || list === undefined) throw fault(spot, notKnown(piece.text));
  if (names.items.length >= DEEPEST) throw fault(spot, `loops are nested more than ${DEEPEST} deep`);
  const over = expression(spot, list, names);
  const body = block(reader, { ...names, items: [...names.items, { name, over }] });
  end(reader, piece);
  return { kind: 'each', name, list: over, body, line: piece.line };
}

/** Loops in loops multiply; nobody needs more of them. */
const DEEPEST = 3;

function branching(first: string, start: Piece, { reader, names }: { reader: Reader; names: Names }): Node {
  const branches: Branch[] = [];
  let when: Expression | undefined = expression({ file: reader.file, line: start.line }, first, names);
  let line = start.line;
  while (when !== undefined) {
    branches.push({ when, body: block(reader, names), line });
    const next: Piece | undefined = reader.pieces[reader.at];
    when = when === always ? undefined : continuation(reader.file, next, names);
    line = next?.line ?? line;
    if (when !== undefined) reader.at += 1;
  }
  end(reader, start);
  return { kind: 'if', branches };
}

function continuation(file: string, piece: Piece | undefined, names: Names): Expression | undefined {
  if (piece?.kind !== 'control') return undefined;
  if (elses.test(piece.text)) return always;
  const condition = elseIfs.exec(piece.text)?.[1];
  return condition === undefined ? undefined : expression({ file, line: piece.line }, condition, names);
}

function end(reader: Reader, start: Piece): void {
  const piece = reader.pieces[reader.at];
  const spot = { file: reader.file, line: piece?.line ?? start.line };
  if (piece === undefined) throw fault(spot, `<% ${start.text} %> has no <% } %> that ends it`);
  if (piece.text !== '}') throw fault(spot, notKnown(piece.text));
  reader.at += 1;
}

function notKnown(text: string): string {
  return (
    `${JSON.stringify(text)} is not in the language of templates: there are if (...) {, } else {, } else if (...) {, ` +
    'for (const one of answers.LIST) { and }'
  );
}

function expression(spot: Spot, source: string, names: Names): Expression {
  try {
    const found = parseExpression(source);
    refuseForeign(found, names);
    return found;
  } catch (error) {
    if (error instanceof SyntaxError) throw fault(spot, `${JSON.stringify(source)}: ${error.message}`);
    throw error;
  }
}

function rendered(file: string, nodes: readonly Node[], locals: Locals): string {
  const budget: Budget = { steps: 0, characters: 0 };
  return write(nodes, { file, known: { ...locals, items: new Map() }, locals, budget });
}

interface Place {
  readonly file: string;
  readonly known: Known;
  readonly locals: Locals;
  readonly budget: Budget;
}

function write(nodes: readonly Node[], place: Place): string {
  let text = '';
  for (const node of nodes) {
    const part = written(node, place);
    text += part;
  }
  return text;
}

function written(node: Node, place: Place): string {
  switch (node.kind) {
    case 'text':
      return spend(place, 0, node.text);
    case 'print':
      return spend(
        place,
        node.line,
        at(place, node.line, () => printed(node.value, place.known)),
      );
    case 'shared':
      return shared(node.value, node.indent, place.locals);
    case 'if': {
      const branch = node.branches.find(({ when, line }) => at(place, line, () => truth(when, place.known)));
      return branch ? write(branch.body, place) : '';
    }
    case 'each': {
      const items = at(place, node.line, () => listOf(node.list, place.known));
      return items.map((item) => write(node.body, within(place, node.name, item))).join('');
    }
  }
}

function within(place: Place, name: string, item: string): Place {
  return { ...place, known: { ...place.known, items: new Map([...place.known.items, [name, item]]) } };
}

/** As much as the largest file that a person would generate, and a bound for loops in loops. */
const MOST = 4_000_000;

function spend({ file, budget }: Place, line: number, text: string): string {
  budget.steps += 1;
  budget.characters += text.length;
  if (budget.characters > MOST || budget.steps > MOST / 10)
    throw fault({ file, line: Math.max(1, line) }, 'what the template writes is too large');
  return text;
}

/** What a helper refuses is told with the place in the template. */
function at<T>({ file }: Place, line: number, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof DewarError || !(error instanceof TypeError)) throw error;
    throw fault({ file, line }, error.message);
  }
}

function shared(value: Expression, indent: string | undefined, { slot, lock }: Locals): string {
  const text = sharedText(value, { slot, lock });
  if (indent === undefined) return text;
  if (text === '') return emptySlot;
  return text
    .split('\n')
    .map((line) => `${line === '' ? '' : indent + line}\n`)
    .join('');
}
