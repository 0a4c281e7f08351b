import type { AppFacts } from '../../src/flask/facts.ts';
import { placeOf } from '../../src/flask/flags.ts';
import type { StartFacts } from '../../src/flask/starts.ts';
import type { WsgiTarget } from '../../src/flask/wsgi.ts';
import type { ByHand, SpliceChange } from '../../src/mitigation.ts';
import { lineEnd, type Source, startOfLine } from '../../src/source/text.ts';
import { gunicornWords } from './gunicorn-words.ts';

const why = "Flask's development server is made neither for load nor for attackers: Gunicorn starts instead.";

/** Commands of production that start the development server start Gunicorn instead, at the same address. */
export function* repairedStarts(app: AppFacts, target: WsgiTarget | undefined): Iterable<SpliceChange | ByHand> {
  for (const start of app.starts)
    if (start.server === 'flask' && start.role === 'production')
      yield repaired(app, start, target) ?? byHand(start, target);
}

function repaired(app: AppFacts, start: StartFacts, target: WsgiTarget | undefined): SpliceChange | undefined {
  const source = app.source(start.file);
  const found = source && commandIn(source, start.line);
  const words = found && target && gunicornWords(app, { start, target, command: found.words });
  if (!found || !words) return undefined;
  const { start: at, expected } = found;
  return { kind: 'splice', file: start.file, start: at, expected, insert: written(words, found), why };
}

function byHand(start: StartFacts, target: WsgiTarget | undefined): ByHand {
  const snippet = `gunicorn --bind 0.0.0.0:8000 ${target ? shellWord(target.target) : 'MODULE:APP'}`;
  return {
    kind: 'by-hand',
    place: placeOf(start),
    what: 'Start Gunicorn here, and not the development server.',
    snippet,
  };
}

interface FoundCommand {
  readonly start: number;
  readonly expected: string;
  readonly words: readonly string[];
  /** As a list of JSON or YAML, with the quotes of its words. */
  readonly list?: string;
}

const inList = /\[\s*(["'])(?:[\w./-]*\/)?(?:flask|python[\d.]*)\1\s*(?:,\s*(?:"[^"\n]*"|'[^'\n]*')\s*)*\]/g;
const inShell =
  /(?<![\w./"'-])(?:[\w./-]*\/)?(?:flask(?:\s+[^\s&|;"'\\<>()]+)*\s+run\b|python[\d.]*(?:\s+-[uOB]+)*\s+(?:-m\s+flask\b|[\w./-]+\.py\b))(?:[ \t]+[^\s&|;"'\\<>()]+)*/g;

/** The one command on a line that could be meant; undefined where there is none or more than one. */
function commandIn(source: Source, line: number): FoundCommand | undefined {
  const begin = startOfLine(source, line);
  const own = source.text.slice(begin, lineEnd(source, begin));
  const lists = [...own.matchAll(inList)].map(({ 0: expected, 1: list = '"', index }) => {
    const words = [...expected.matchAll(/"([^"\n]*)"|'([^'\n]*)'/g)].map(
      ([, double, single]) => double ?? single ?? '',
    );
    return { start: begin + index, expected, words, list };
  });
  const shells = [...own.matchAll(inShell)]
    .filter(({ index }) => !isQuoted(own, index))
    .map(({ 0: expected, index }) => ({
      start: begin + index,
      expected,
      words: expected.split(/\s+/),
    }));
  const [found, ...others] = lists.length > 0 ? lists : shells;
  return others.length === 0 && !/\\\s*$/.test(own) ? found : undefined;
}

/** Inside of quotes, words would need quotes of another kind. */
function isQuoted(line: string, at: number): boolean {
  return (
    line.slice(0, at).replace(/[^"]/g, '').length % 2 === 1 || line.slice(0, at).replace(/[^']/g, '').length % 2 === 1
  );
}

function written(words: readonly string[], { list }: FoundCommand): string {
  return list === undefined
    ? words.map(shellWord).join(' ')
    : `[${words.map((word) => list + word + list).join(', ')}]`;
}

function shellWord(word: string): string {
  return /[()]/.test(word) ? `"${word}"` : word;
}
