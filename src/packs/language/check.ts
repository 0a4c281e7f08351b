import type { Question, Questions } from '../../mitigation.ts';
import { nearest } from '../../nearest.ts';
import { literals } from '../../plan/literals.ts';
import type { Project } from '../../plan/render.ts';
import { fault, type Spot } from '../fault.ts';
import type { Expression } from './expressions.ts';

/** The names that a template may use. */
export interface Names {
  readonly questions: Questions;
  readonly mitigations: readonly string[];
  /** Slots that some template has. */
  readonly slots: ReadonlySet<string>;
  /** Text answers that hold nothing but letters, digits and a few signs, and so may stand anywhere. */
  readonly plain: ReadonlySet<string>;
  /** The loops around, from the outermost. */
  readonly items: readonly { readonly name: string; readonly over: Expression }[];
}

const project: readonly string[] = ['title', 'slug', 'package', 'up', 'dewar'] satisfies (keyof Project)[];
const groups = ['runtime', 'production', 'development'];

/**
 * Refuses names that mean nothing; what a template prints is looked at by `refuseRaw`.
 * @throws SyntaxError that names the nearest known word.
 */
export function refuseForeign(expression: Expression, names: Names): void {
  for (const each of everyPart(expression)) {
    if (each.kind === 'member') refuseMember(each, names);
    if (each.kind === 'item' && !names.items.some(({ name }) => name === each.name)) throw unknown(each.name, names);
    if (each.kind === 'shared') refuseShared(each, names);
    if (each.kind === 'binary') refuseNoChoice(each, names);
  }
}

function refuseMember({ root, key }: Extract<Expression, { kind: 'member' }>, names: Names): void {
  const known = { answers: Object.keys(names.questions), project, has: names.mitigations }[root];
  if (known.includes(key)) return;
  throw new SyntaxError(`there is no ${root}.${key}${hint(key, known)}`);
}

function unknown(name: string, { items }: Names): SyntaxError {
  const known = ['answers', 'project', 'has', ...items.map((item) => item.name)];
  return new SyntaxError(`there is no ${name}; there are ${known.join(', ')}`);
}

function refuseShared({ name, words }: Extract<Expression, { kind: 'shared' }>, names: Names): void {
  const known = name === 'slot' ? [...names.slots] : groups;
  const odd = words.find((word) => !known.includes(word));
  if (name === 'slot' && words.length !== 1) throw new SyntaxError('slot takes one name');
  // A slot of its own makes a template of a pack a place that other packs can fill.
  if (odd !== undefined && name === 'lock') throw new SyntaxError(`there is no lock of ${odd}${hint(odd, known)}`);
}

/** A choice that is compared with what it can never be is a typing error. */
function refuseNoChoice({ operator, left, right }: Extract<Expression, { kind: 'binary' }>, names: Names): void {
  if (operator !== '===' && operator !== '!==') return;
  const [of, with_] = left.kind === 'constant' ? [right, left] : [left, right];
  if (of.kind !== 'member' || of.root !== 'answers' || with_.kind !== 'constant') return;
  const question = names.questions[of.key];
  if (question?.kind !== 'choice') return;
  const values = question.choices.map(({ value }) => value);
  if (values.includes(String(with_.value))) return;
  throw new SyntaxError(
    `answers.${of.key} is never ${JSON.stringify(with_.value)}${hint(String(with_.value), values)}`,
  );
}

function hint(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** Refuses to print text that a person types freely as it is: it would be read as part of the file's language. */
export function refuseRaw(spot: Spot, expression: Expression, names: Names): void {
  const raw = printedParts(expression).find((part) => isFree(part, names));
  if (raw?.kind !== 'member') return;
  const helpers = Object.keys(literals).join(', ');
  throw fault(
    spot,
    `${raw.root}.${raw.key} is text that a person types: print it through the literal helper of the file's language, one of ${helpers}`,
  );
}

function isFree(part: Expression, { questions, plain }: Names): boolean {
  if (part.kind !== 'member') return false;
  if (part.root === 'project') return part.key === 'title';
  const question: Question | undefined = part.root === 'answers' ? questions[part.key] : undefined;
  return question?.kind === 'text' && !plain.has(part.key);
}

/** What of an expression may end up in the text as it is. */
function printedParts(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'mixed':
      return expression.parts.flatMap(printedParts);
    case 'choice':
      return [...printedParts(expression.yes), ...printedParts(expression.no)];
    case 'binary':
      return expression.operator === '&&' || expression.operator === '||'
        ? [...printedParts(expression.left), ...printedParts(expression.right)]
        : [];
    default:
      return [expression];
  }
}

function everyPart(expression: Expression): readonly Expression[] {
  return [expression, ...partsOf(expression).flatMap(everyPart)];
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'mixed':
      return expression.parts;
    case 'literal':
    case 'not':
      return [expression.value];
    case 'includes':
      return [expression.list, expression.item];
    case 'length':
      return [expression.of];
    case 'binary':
      return [expression.left, expression.right];
    case 'choice':
      return [expression.when, expression.yes, expression.no];
    default:
      return [];
  }
}
