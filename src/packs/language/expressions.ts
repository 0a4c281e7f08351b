import { literals } from '../../plan/literals.ts';
import { type Token, tokensOf, unquoted } from './tokens.ts';

/** The objects whose members a template may name. */
export const roots = ['answers', 'project', 'has'] as const;
export type Root = (typeof roots)[number];
export type Helper = keyof typeof literals;

/** An expression of a template: names of values, comparisons, and calls of a few functions that are all known. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: string | number | boolean }
  | { readonly kind: 'member'; readonly root: Root; readonly key: string }
  | { readonly kind: 'item'; readonly name: string }
  | { readonly kind: 'mixed'; readonly parts: readonly Expression[] }
  | { readonly kind: 'literal'; readonly helper: Helper; readonly value: Expression }
  | { readonly kind: 'shared'; readonly name: 'slot' | 'lock'; readonly words: readonly string[] }
  | { readonly kind: 'includes'; readonly list: Expression; readonly item: Expression }
  | { readonly kind: 'length'; readonly of: Expression }
  | { readonly kind: 'not'; readonly value: Expression }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'choice'; readonly when: Expression; readonly yes: Expression; readonly no: Expression };

/** From the loosest to the tightest, as JavaScript binds them. */
const operators = [['||'], ['&&'], ['===', '!=='], ['<', '<=', '>', '>=']] as const;
export type Operator = (typeof operators)[number][number];

/** Deep enough for every template that a person writes, and far from the end of the stack. */
const DEEPEST = 40;
const LONGEST = 1000;

/** Where a parser stands in its words. */
interface Reader {
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
}

/**
 * Reads an expression; nothing of it is ever run as code.
 * @throws SyntaxError for anything beyond the language.
 */
export function parseExpression(source: string, depth = 0): Expression {
  if (source.length > LONGEST) throw new SyntaxError(`it is longer than ${LONGEST} characters`);
  const reader: Reader = { tokens: tokensOf(source), at: 0, depth };
  const found = ternary(reader);
  const rest = reader.tokens[reader.at];
  if (rest !== undefined) throw new SyntaxError(`${rest.text} cannot stand here`);
  return found;
}

function ternary(reader: Reader): Expression {
  reader.depth += 1;
  if (reader.depth > DEEPEST) throw new SyntaxError('it is nested too deeply');
  const when = binary(reader, 0);
  let found = when;
  if (take(reader, '?')) {
    const yes = ternary(reader);
    expect(reader, ':');
    found = { kind: 'choice', when, yes, no: ternary(reader) };
  }
  reader.depth -= 1;
  return found;
}

function binary(reader: Reader, level: number): Expression {
  const known: readonly string[] | undefined = operators[level];
  if (known === undefined) return unary(reader);
  let left = binary(reader, level + 1);
  for (let next = reader.tokens[reader.at]; isOneOf(next, known); next = reader.tokens[reader.at]) {
    reader.at += 1;
    left = { kind: 'binary', operator: next?.text as Operator, left, right: binary(reader, level + 1) };
  }
  return left;
}

function isOneOf(token: Token | undefined, known: readonly string[]): boolean {
  return token?.kind === 'mark' && known.includes(token.text);
}

function unary(reader: Reader): Expression {
  let negations = 0;
  while (take(reader, '!')) negations += 1;
  let value = suffixed(reader, primary(reader));
  for (; negations > 0; negations -= 1) value = { kind: 'not', value };
  return value;
}

/** `.length` and `.includes('one')` are the only members of a value. */
function suffixed(reader: Reader, value: Expression): Expression {
  if (!take(reader, '.')) return value;
  const name = word(reader);
  if (name === 'length') return suffixed(reader, { kind: 'length', of: value });
  if (name !== 'includes') throw new SyntaxError(`.${name} is not known here; there are .length and .includes('one')`);
  expect(reader, '(');
  const item = ternary(reader);
  expect(reader, ')');
  return { kind: 'includes', list: value, item };
}

function primary(reader: Reader): Expression {
  const token = reader.tokens[reader.at];
  if (token === undefined) throw new SyntaxError('the expression ends too early');
  reader.at += 1;
  switch (token.kind) {
    case 'number':
      return { kind: 'constant', value: Number(token.text) };
    case 'text':
      return { kind: 'constant', value: unquoted(token.text) };
    case 'mixed':
      return { kind: 'mixed', parts: mixed(token.text, reader.depth) };
    case 'name':
      return named(reader, token.text);
    case 'mark':
      if (token.text !== '(') throw new SyntaxError(`${token.text} cannot stand here`);
      return bracketed(reader);
  }
}

function bracketed(reader: Reader): Expression {
  const inner = ternary(reader);
  expect(reader, ')');
  return inner;
}

function named(reader: Reader, name: string): Expression {
  if (name === 'true' || name === 'false') return { kind: 'constant', value: name === 'true' };
  const root = roots.find((each) => each === name);
  if (root !== undefined) return { kind: 'member', root, key: key(reader, root) };
  if (!take(reader, '(')) return { kind: 'item', name };
  if (name === 'slot' || name === 'lock') return { kind: 'shared', name, words: words(reader) };
  if (!Object.hasOwn(literals, name)) throw new SyntaxError(`${name}(...) is no function of templates: ${functions}`);
  const value = ternary(reader);
  expect(reader, ')');
  return { kind: 'literal', helper: name as Helper, value };
}

const functions = `there are ${Object.keys(literals).join(', ')}, slot and lock`;

function key(reader: Reader, root: Root): string {
  if (take(reader, '.')) return word(reader);
  expect(reader, '[');
  const token = reader.tokens[reader.at++];
  if (token?.kind !== 'text') throw new SyntaxError(`${root}[...] takes a name in quotes`);
  expect(reader, ']');
  return unquoted(token.text);
}

function words(reader: Reader): string[] {
  const found: string[] = [];
  do {
    const token = reader.tokens[reader.at++];
    if (token?.kind !== 'text') throw new SyntaxError('slot and lock take names in quotes');
    found.push(unquoted(token.text));
  } while (take(reader, ','));
  expect(reader, ')');
  return found;
}

/** Texts and the expressions between them; what stands in a `${...}` holds no brace, and so no text with one. */
function mixed(text: string, depth: number): Expression[] {
  return text
    .slice(1, -1)
    .split(/(\$\{[^{}]*\})/)
    .filter((part) => part !== '')
    .map((part) => {
      if (part.startsWith('${')) return parseExpression(part.slice(2, -1), depth + 1);
      return { kind: 'constant', value: unquoted(`\`${part}\``) };
    });
}

function take(reader: Reader, mark: string): boolean {
  const token = reader.tokens[reader.at];
  if (token?.kind !== 'mark' || token.text !== mark) return false;
  reader.at += 1;
  return true;
}

function expect(reader: Reader, mark: string): void {
  if (take(reader, mark)) return;
  const found = reader.tokens[reader.at]?.text;
  throw new SyntaxError(`${found === undefined ? 'the end' : found} stands where ${mark} is due`);
}

function word(reader: Reader): string {
  const token = reader.tokens[reader.at++];
  if (token?.kind !== 'name') throw new SyntaxError(`${token?.text ?? 'the end'} stands where a name is due`);
  return token.text;
}
