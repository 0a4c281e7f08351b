import type { Answer, Choice, Question, TextQuestion } from '../mitigation.ts';
import type { Readable } from './readable.ts';
import { type At, flag, list, matching, oneOf, optional, type Reader, shape, spotOf, text, wrong } from './schema.ts';

/** A question as a pack declares it; what follows from the names of other answers is bound later. */
export interface Declared {
  readonly question: Question;
  readonly when?: Readable;
  /** True for a text that may stand anywhere as it is. */
  readonly plain: boolean;
}

/** The forms of a typed answer, so that no pack has to bring a pattern of its own. */
const formats = {
  line: { pattern: /^[^\p{Cc}\u2028\u2029]{0,200}$/u, what: 'one line of at most 200 characters' },
  identifier: { pattern: /^[a-z_][a-z0-9_]{0,63}$/, what: 'lower-case letters, digits and "_"' },
  slug: { pattern: /^[a-z0-9]+(?:-[a-z0-9]+){0,20}$/, what: 'lower-case words with "-" between them' },
  host: { pattern: /^(?=.{1,253}$)[a-z0-9]+(?:[.-][a-z0-9]+)*$/, what: 'a host name in lower case' },
  number: { pattern: /^\d{1,12}$/, what: 'a number' },
  address: { pattern: /^https:\/\/[^\s"'\\<>{}$]{1,200}$/, what: 'an address that begins with https://' },
} as const;
type Format = keyof typeof formats;
const words = Object.keys(formats) as Format[];

const choice: Reader<Choice> = (value, at) => {
  if (typeof value === 'string') return { value: word(value, at), label: value };
  return shape({ value: word, label: text })(value, at);
};
/** Also part of a list with commas on the command line. */
const word = matching(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'word of letters, digits, ".", "_" and "-"');

const common = { message: text, help: matching(/\.$/, 'sentence'), hint: optional(text), when: optional(condition) };

const read = {
  text: shape({ kind: text, ...common, default: line, format: optional(oneOf(words)) }),
  choice: shape({ kind: text, ...common, default: text, choices: list(choice) }),
  many: shape({ kind: text, ...common, default: list(text), choices: list(choice) }),
  confirm: shape({ kind: text, ...common, default: flag }),
};

/** Reads one question. */
export const question: Reader<Declared> = (value, at) => {
  const stated = value instanceof Map ? value.get('kind') : undefined;
  const kind = oneOf(['text', 'choice', 'many', 'confirm'])(stated, { ...at, path: [...at.path, 'kind'] });
  const { when, ...rest } = read[kind](value, at);
  const plain = kind === 'text' && 'format' in rest && !['line', 'address'].includes(rest.format ?? 'line');
  const made = kind === 'text' ? typed(rest as TextRead) : chosen({ ...rest, kind } as Chosen, at);
  return { question: made, plain, ...(when && { when }) };
};

/** The key of a question: also its flag, and no name that every object has. */
export const questionKey: Reader<string> = (value, at) => {
  const key = matching(/^[a-z][A-Za-z0-9]{0,40}$/, 'key of a question: letters and digits, such as tracingHost')(
    value,
    at,
  );
  if (key in Object.prototype) throw wrong(at, `${key} cannot be the key of a question`);
  return key;
};

interface TextRead extends Omit<TextQuestion, 'kind' | 'default' | 'validate'> {
  readonly default: string;
  readonly format?: Format;
}

function typed({ format = 'line', ...rest }: TextRead): Question {
  const { pattern, what } = formats[format];
  const validate = (given: string): string | undefined => {
    if (pattern.test(given) || (given === '' && rest.default === '')) return undefined;
    return `${JSON.stringify(given)} is not ${what}.`;
  };
  return { ...rest, kind: 'text', validate };
}

type Chosen = Exclude<Question, TextQuestion>;

function chosen(question: Chosen, at: At): Question {
  if (question.kind === 'confirm') return question;
  const values = question.choices.map(({ value }) => value);
  const odd = [question.default as Answer].flat().find((each) => !values.includes(String(each)));
  if (odd !== undefined) throw wrong(at, `the default ${JSON.stringify(odd)} is not among the choices`);
  if (values.length !== new Set(values).size) throw wrong(at, 'two choices have the same value');
  return question;
}

function line(value: unknown, at: At): string {
  return value === '' ? '' : text(value, at);
}

/** A condition in the language of templates, read when the names of all answers are known. */
export function condition(value: unknown, at: At): Readable {
  return { source: text(value, at), spot: spotOf(at) };
}
