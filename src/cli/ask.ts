import type { Answer, Answers, Question } from '../mitigation.ts';
import { isAsked, type Settled, type Sources, settle, suggested } from './answers.ts';
import { choose, close } from './choose.ts';
import { type Keyed, questionsOf } from './flags.ts';
import type { Definitions } from './wiring.ts';

/** What a prompt gives when the user wants the question before. */
export const BACK = Symbol('back');

/** Thrown when the user leaves an interview; nothing was written. */
export class Left extends Error {
  override readonly name = 'Left';
}

/** One question as it is put: the default is the earlier answer or the suggestion. */
export interface Prompt {
  readonly question: Question;
  readonly default: Answer;
  readonly answers: Answers;
  /** False for the first question, where there is nothing to go back to. */
  readonly canGoBack: boolean;
  /** True where something else was printed since the question before. */
  readonly apart?: boolean;
}
/** Puts one question; the terminal in earnest, a list of answers in tests. */
export type Ask = (prompt: Prompt) => Promise<Answer | typeof BACK>;

/** What an interview ends with. */
export interface Interviewed extends Settled {
  readonly git: boolean;
  readonly install: boolean;
}
export interface Interview {
  readonly definitions: Definitions;
  readonly sources: Sources;
  /** Undefined: to be asked. */
  readonly git?: boolean | undefined;
  readonly install?: boolean | undefined;
  readonly ask: Ask;
  /** Shows what would be written; BACK returns to the last question. */
  readonly review: (interviewed: Interviewed) => Promise<undefined | typeof BACK>;
}

interface Given {
  readonly answer: Answer;
  /** True where the user took what was suggested: a new suggestion then replaces it. */
  readonly asSuggested: boolean;
}
/** Keys of the interview's own steps; no question can have such a key, since a flag cannot be called so. */
const CHOSEN = ':chosen';
const GIT = ':git';
const INSTALL = ':install';

/** Asks what is not given, one question at a time; Esc goes back one. */
export async function interview(session: Interview): Promise<Interviewed> {
  const memory = new Map<string, Given>();
  const passed: string[] = [];
  for (;;) {
    const answers = current(session, memory, passed);
    const step = nextStep(session, answers, passed);
    if (step !== undefined) {
      const answer = await put(session, step, { answers, memory, first: passed.length === 0 });
      if (answer === BACK) passed.pop();
      else passed.push(step.key);
      continue;
    }
    const done = finish(session, answers);
    if ((await session.review(done)) !== BACK) return done;
    // Where nothing was asked, the only way back is out.
    if (passed.pop() === undefined) throw new Left();
  }
}

interface Position {
  readonly answers: Answers;
  readonly memory: Map<string, Given>;
  readonly first: boolean;
}

async function put(
  session: Interview,
  step: Keyed,
  { answers, memory, first }: Position,
): Promise<Answer | typeof BACK> {
  const earlier = memory.get(step.key);
  const suggestion = suggestionFor(session, step, answers);
  const offered = earlier === undefined || earlier.asSuggested ? suggestion : earlier.answer;
  const answer = await session.ask({ question: step.question, default: offered, answers, canGoBack: !first });
  if (answer !== BACK) memory.set(step.key, { answer, asSuggested: String(answer) === String(suggestion) });
  return answer;
}

/** The answers of the steps behind the user, in order; what lies ahead is remembered but does not count. */
function current(session: Interview, memory: Map<string, Given>, passed: readonly string[]): Answers {
  const answers: Record<string, Answer> = { directory: session.sources.directory, ...session.sources.given };
  for (const key of passed) {
    const given = memory.get(key);
    if (given !== undefined) answers[key] = given.answer;
  }
  return answers;
}

function nextStep(session: Interview, answers: Answers, passed: readonly string[]): Keyed | undefined {
  const filled: Record<string, Answer> = { ...answers };
  for (const step of steps(session, answers)) {
    if (passed.includes(step.key)) continue;
    if (!(step.key in answers) && isAsked(step.question, filled)) return step;
    filled[step.key] ??= suggestionFor(session, step, filled);
  }
  return undefined;
}

/** All steps in order; which mitigations' questions there are follows from the step before them. */
function steps(session: Interview, answers: Answers): readonly Keyed[] {
  const chosen = chosenIn(session, answers);
  const questions = questionsOf(session.definitions, chosen);
  const ofProject = questions.filter(({ owner }) => owner === undefined);
  const ofMitigations = questions.filter(({ owner }) => owner !== undefined);
  return [...ofProject, ...choiceStep(session), ...ofMitigations, ...closingSteps(session)];
}

function chosenIn({ definitions, sources }: Interview, answers: Answers): readonly string[] {
  const ticked = answers[CHOSEN];
  if (!Array.isArray(ticked)) return choose(definitions.catalog, sources);
  return close(definitions.catalog, [...ticked, ...(sources.required?.keys() ?? [])]);
}

/** Which defences: asked only where no preset, `--with` or `--without` has said it. */
function choiceStep({ definitions, sources }: Interview): Keyed[] {
  if (sources.presetNamed || sources.with.length > 0 || sources.without.length > 0) return [];
  const open = (id: string): boolean => !sources.required?.has(id);
  const question: Question = {
    kind: 'many',
    message: 'Which defences?',
    help: 'Defences to put in.',
    hint: 'All of them unless you have a reason; dewar explain ID says what each is against.',
    choices: definitions.catalog
      .filter(({ id }) => open(id))
      .map(({ id, title }) => ({ value: id, label: `${id}: ${title}` })),
    default: choose(definitions.catalog, sources).filter(open),
  };
  return [{ key: CHOSEN, question }];
}

function closingSteps({ git, install }: Interview): Keyed[] {
  const confirm = (key: string, message: string, hint: string): Keyed => ({
    key,
    question: { kind: 'confirm', message, help: message, hint, default: false },
  });
  return [
    ...(git === undefined ? [confirm(GIT, 'Make a Git repository with a first commit?', 'Same as --git.')] : []),
    ...(install === undefined
      ? [confirm(INSTALL, 'Install the dependencies now?', 'Needs the network; same as --install.')]
      : []),
  ];
}

function suggestionFor({ sources }: Interview, step: Keyed, answers: Answers): Answer {
  return suggested(step, sources, answers);
}

function finish(session: Interview, answers: Answers): Interviewed {
  const { definitions, sources } = session;
  const chosen = chosenIn(session, answers);
  const ids = definitions.catalog.map(({ id }) => id);
  const without = ids.filter((id) => !chosen.includes(id));
  const settled = settle(definitions, { ...sources, given: answers, with: chosen, without });
  return {
    ...settled,
    git: session.git ?? answers[GIT] === true,
    install: session.install ?? answers[INSTALL] === true,
  };
}
