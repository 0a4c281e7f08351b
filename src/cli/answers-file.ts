import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { Answer, Answers, Mitigation } from '../mitigation.ts';
import { reasonOf } from '../plan/disk.ts';
import { coerce, oneOf, split, usage } from './coerce.ts';
import { didYouMean } from './did-you-mean.ts';
import { flagName, questionsOf } from './flags.ts';
import type { Definitions } from './wiring.ts';

/** What an answers file says. */
export interface FileAnswers {
  readonly answers: Answers;
  readonly preset?: string;
  readonly with: readonly string[];
  readonly without: readonly string[];
}
type Mapping = Readonly<Record<string, unknown>>;

/** The file's own words besides the questions' keys. */
const RESERVED = ['preset', 'with', 'without'] as const;

/** Reads `--answers FILE`; the record of a generated app, `.dewar/project.json`, is such a file too. */
export async function readAnswersFile(path: string, cwd: string, definitions: Definitions): Promise<FileAnswers> {
  const content = mapping(await parse(path, read(resolve(cwd, path), path)), path);
  const flat = isRecord(content) ? fromRecord(content, definitions.catalog) : content;
  const ids = definitions.catalog.map(({ id }) => id);
  const preset = flat['preset'];
  return {
    answers: answersIn(flat, path, definitions),
    ...(preset === undefined ? {} : { preset: presetIn(preset, path, definitions) }),
    with: idsIn(flat['with'], `with in ${path}`, ids),
    without: idsIn(flat['without'], `without in ${path}`, ids),
  };
}

function read(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const [why, wayOut] = code === 'ENOENT' ? ['there is no such file', ''] : reasonOf(error);
    throw usage(`--answers ${path}: ${why}. ${wayOut}`.trimEnd());
  }
}

async function parse(path: string, text: string): Promise<unknown> {
  const parser = PARSERS[extname(path).toLowerCase()];
  if (parser === undefined) throw usage(`--answers ${path}: name the file .json, .yaml, .yml or .toml.`);
  try {
    return await parser(text);
  } catch (error) {
    throw usage(`--answers ${path} cannot be parsed: ${(error as Error).message.trim()}`);
  }
}

const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  '.json': (text) => JSON.parse(text),
  '.toml': async (text) => (await import('smol-toml')).parse(text),
  '.yaml': yaml,
  '.yml': yaml,
};

// The failsafe schema keeps `python: 3.10` and `ci: no` as the words that were written.
async function yaml(text: string): Promise<unknown> {
  const { default: parser } = await import('yaml');
  return parser.parse(text, { schema: 'failsafe' });
}

function mapping(content: unknown, path: string): Mapping {
  if (content === null || content === '' || content === undefined) return {};
  if (typeof content === 'object' && !Array.isArray(content)) return content as Mapping;
  throw usage(`--answers ${path}: the top level is no mapping of answers, such as {"name": "Acme Portal"}.`);
}

function isRecord(content: Mapping): boolean {
  return typeof content['schema'] === 'string' && content['schema'].startsWith('dewar/project/');
}

/** The record says which mitigations there are, not which were left out. */
function fromRecord(content: Mapping, catalog: readonly Mitigation[]): Mapping {
  const chosen = Array.isArray(content['mitigations']) ? content['mitigations'] : [];
  const without = catalog.map(({ id }) => id).filter((id) => !chosen.includes(id));
  return { ...mapping(content['answers'], 'answers'), with: chosen, without };
}

function answersIn(content: Mapping, path: string, definitions: Definitions): Answers {
  const questions = questionsOf(definitions);
  const names = questions.map(({ key }) => flagName(key));
  const answers: Record<string, Answer> = {};
  for (const [word, value] of Object.entries(content)) {
    if ((RESERVED as readonly string[]).includes(word)) continue;
    const found = questions.find(({ key }) => key === word || flagName(key) === word);
    if (found === undefined) {
      const hint = didYouMean(word, [...names, ...RESERVED]);
      throw usage(`--answers ${path}: there is no question called ${JSON.stringify(word)}.${hint}`);
    }
    if (Object.hasOwn(answers, found.key)) throw usage(`--answers ${path}: ${word} is answered twice.`);
    answers[found.key] = coerce(found.question, value, `${word} in ${path}`);
  }
  return answers;
}

function presetIn(value: unknown, path: string, { presets }: Definitions): string {
  return oneOf(
    String(value),
    presets.map(({ name }) => name),
    `preset in ${path}`,
  );
}

function idsIn(value: unknown, where: string, ids: readonly string[]): readonly string[] {
  if (value === undefined) return [];
  const words = Array.isArray(value) ? value.map(String) : split(String(value));
  return words.map((word) => oneOf(word, ids, where));
}
