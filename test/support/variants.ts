import { catalog } from '../../src/catalog.ts';
import { planNew } from '../../src/commands/new.ts';
import type { Answers } from '../../src/mitigation.ts';
import { completeAnswers } from '../../src/plan/answers.ts';
import { pairwise } from './pairwise.ts';

/** An app that Dewar would write, in memory. */
export interface Variant {
  /** Says what was chosen; short enough for the name of a test. */
  readonly title: string;
  /** Import name of its package, of which no two variants have the same. */
  readonly package: string;
  readonly answers: Answers;
  readonly chosen: readonly string[];
  /** Text by path, without Dewar's own record of them. */
  readonly files: ReadonlyMap<string, string>;
  /** Paths of the programs among them. */
  readonly executable: ReadonlySet<string>;
}

/** Ids of all mitigations. */
export const all: readonly string[] = catalog.mitigations.map(({ id }) => id);

/** Titles that would break out of one language or another if they were pasted as they are. */
const titles = [
  'Acme Portal',
  `Ann's "Café" \\ 100% #1 */ b`,
  '{{ 7 * 7 }} ${HOME} `id` $(id) <b>&amp; [x](y)',
  '取引所 – Ünïcödé 🎈 \u202emirrored',
  'class',
];

const answerFactors = {
  name: titles,
  domain: ['portal.example.com', 'a-1.xn--caf-dma.example'],
  python: ['3.11', '3.12', '3.13', '3.14'],
  deps: ['pip', 'uv'],
  store: ['redis', 'database', 'filesystem'],
  proxy: ['nginx', 'none'],
  deploy: [['systemd', 'docker'], [], ['systemd'], ['docker'], ['kubernetes'], ['systemd', 'docker', 'kubernetes']],
  ci: ['github', 'gitlab', 'script'],
  examples: [true, false],
};

/**
 * The whole app, the bare one, each mitigation alone, all without one, and a table in which every answer meets every
 * other answer and every mitigation, on and off.
 */
export function variants(): Variant[] {
  const chosen = [
    { title: 'all', chosen: all },
    { title: 'bare', chosen: [] },
    { title: 'bare, no examples', chosen: [], answers: { examples: false } },
    ...all.map((id) => ({ title: `only ${id}`, chosen: [id] })),
    ...all.map((id) => ({ title: `without ${id}`, chosen: all.filter((other) => other !== id) })),
    ...pairwise({ ...answerFactors, ...Object.fromEntries(all.map((id) => [id, [true, false]])) }).map(fromRow),
  ];
  // Short and long ones, for the lengths of lines.
  const names = ['a', 'acme_', 'the_portal_for_all_customers_of_acme_'];
  const name = (index: number): string => `${names[index % names.length]}${index}`;
  return chosen.map((each, index) => variant({ answers: {}, ...each, package: name(index) }));
}

function fromRow(row: Readonly<Record<string, unknown>>, index: number) {
  const answers = Object.fromEntries(Object.keys(answerFactors).map((key) => [key, row[key]])) as Answers;
  const chosen = all.filter((id) => row[id] === true);
  const said = ['python', 'deps', 'store', 'proxy', 'deploy', 'ci', 'examples'].map((key) => String(answers[key]));
  return { title: `row ${index}: ${said.join(' ')}; ${chosen.join(' ')}`, chosen, answers };
}

function variant(wanted: Pick<Variant, 'title' | 'package' | 'answers' | 'chosen'>): Variant {
  const given = { name: 'Acme Portal', ...wanted.answers, package: wanted.package };
  const answers = completeAnswers(catalog, wanted.chosen, given);
  const writes = planNew(catalog, { answers, chosen: wanted.chosen });
  const files = writes.filter(({ path }) => !path.startsWith('.dewar/'));
  return {
    ...wanted,
    answers,
    files: new Map(files.map(({ path, content }) => [path, String(content)])),
    executable: new Set(files.filter(({ executable }) => executable).map(({ path }) => path)),
  };
}
