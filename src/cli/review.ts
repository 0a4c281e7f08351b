import type { Result } from '../commands/result.ts';
import type { Answer, Question } from '../mitigation.ts';
import type { Conflict, ConflictAnswer } from '../plan/conflicts.ts';
import { type Ask, BACK, type Interview, type Interviewed, Left } from './ask.ts';
import { counted, diffLines } from './outcome.ts';
import type { Say } from './say.ts';
import { fileTree, folderTree } from './tree.ts';

/** Rows that the summary and the question take below the tree. */
const AROUND_TREE = 10;

interface Screen {
  readonly say: Say;
  readonly ask: Ask;
  /** True where nothing will be written and the tree is shown anyway. */
  readonly skip?: boolean;
  /** Rows of the terminal: a tree that does not fit is shown by its folders first. */
  readonly rows?: number | undefined;
}

/** The screen before writing: what is chosen, the tree of files, and the way on, back or out. */
export function reviewer(screen: Screen, preview: (interviewed: Interviewed) => Promise<Result>): Interview['review'] {
  return async (interviewed) => {
    if (screen.skip) return undefined;
    const result = await preview(interviewed);
    const { say, rows = Number.POSITIVE_INFINITY } = screen;
    const whole = fileTree(result.files, say.paint);
    const summary = ['', `In ${result.root}: ${counted(result.files)}.`];
    const fits = whole.length + AROUND_TREE <= rows;
    say.text(['', ...(fits ? whole : folderTree(result.files, say.paint)), ...summary]);
    const answer = await wayOn(screen, interviewed, !fits);
    if (answer !== 'all') return answer;
    say.text(['', ...whole, ...summary]);
    return (await wayOn(screen, interviewed, false)) === BACK ? BACK : undefined;
  };
}

async function wayOn(
  { ask }: Screen,
  { answers }: Interviewed,
  hidden: boolean,
): Promise<undefined | 'all' | typeof BACK> {
  const question: Question = {
    kind: 'choice',
    message: 'Write these files?',
    help: 'Write the files.',
    hint: 'Nothing has been written yet.',
    default: 'write',
    choices: [
      { value: 'write', label: 'Write them' },
      ...(hidden ? [{ value: 'all', label: 'Show every file' }] : []),
      { value: 'back', label: 'Go back one question' },
      { value: 'leave', label: 'Leave, write nothing' },
    ],
  };
  const answer = await ask({ question, default: 'write', answers, canGoBack: true, apart: true });
  if (answer === 'leave') throw new Left();
  if (answer === 'all') return 'all';
  return answer === BACK || answer === 'back' ? BACK : undefined;
}

/** Asks what to do with a file that exists and differs; keeping it is the default. */
export async function resolveConflict({ say, ask }: Screen, conflict: Conflict): Promise<ConflictAnswer> {
  const question: Question = {
    kind: 'choice',
    message: `${conflict.path} exists and differs.`,
    help: '',
    default: 'keep',
    choices: [
      { value: 'keep', label: 'Keep my file' },
      { value: 'theirs', label: "Take Dewar's file" },
      { value: 'diff', label: 'Show the difference' },
      { value: 'keep all', label: 'Keep mine, also of every later file' },
      { value: 'theirs all', label: "Take Dewar's, also of every later file" },
    ],
  };
  for (;;) {
    const answer: Answer | typeof BACK = await ask({ question, default: 'keep', answers: {}, canGoBack: false });
    if (answer !== 'diff') return answer as ConflictAnswer;
    say.text(diffLines([{ path: conflict.path, state: 'conflict', diff: conflict.diff }], say.paint));
  }
}
