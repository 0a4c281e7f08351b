import type { AddRequest, AddResult } from '../commands/result.ts';
import type { Answer } from '../mitigation.ts';
import { addedLines } from './added.ts';
import { type Ask, BACK, Left } from './ask.ts';
import { byHandLines, counted, diffLines } from './outcome.ts';
import type { Run } from './run.ts';
import { fileTree } from './tree.ts';

/** The screen before `add` writes. */
export interface Reviewing {
  readonly run: Run;
  readonly ask: Ask;
  readonly preview: (request: AddRequest) => Promise<AddResult>;
  readonly request: AddRequest;
}

/** Shows what would be changed, and lets files be left out: what needs one of them is then left out whole. */
export async function chooseFiles(reviewing: Reviewing): Promise<AddRequest | typeof BACK> {
  const { run, preview, request } = reviewing;
  const result = await preview({ ...request, diff: true });
  show(run, result);
  return decide(reviewing, result);
}

async function decide(reviewing: Reviewing, result: AddResult): Promise<AddRequest | typeof BACK> {
  const { run, ask, request } = reviewing;
  const answer = await wayOn(ask);
  if (answer === 'leave') throw new Left();
  if (answer === 'write') return request;
  if (answer !== 'diff' && answer !== 'files') return BACK;
  if (answer === 'diff') {
    run.say.text(['', ...diffLines(result.files, run.say.paint)]);
    return decide(reviewing, result);
  }
  const fewer = await without(reviewing, await leftOut(ask, result));
  return fewer === undefined ? decide(reviewing, result) : chooseFiles({ ...reviewing, request: fewer });
}

function show({ say }: Run, result: AddResult): void {
  say.text([
    '',
    ...fileTree(result.files, say.paint),
    '',
    `In ${result.root}: ${counted(result.files)}.`,
    ...(result.notes ?? []),
    ...addedLines(result, say.paint),
    ...byHandLines(result.byHand, say.paint),
  ]);
}

function wayOn(ask: Ask): Promise<Answer | typeof BACK> {
  const question = {
    kind: 'choice',
    message: 'Make these changes?',
    help: '',
    hint: 'Nothing has been written yet.',
    default: 'write',
    choices: [
      { value: 'write', label: 'Make them' },
      { value: 'diff', label: 'Show each line' },
      { value: 'files', label: 'Leave files out' },
      { value: 'back', label: 'Go back one question' },
      { value: 'leave', label: 'Leave, write nothing' },
    ],
  } as const;
  return ask({ question, default: 'write', answers: {}, canGoBack: true, apart: true });
}

async function leftOut(ask: Ask, { files }: AddResult): Promise<readonly string[]> {
  const paths = files.map(({ path }) => path);
  const choices = paths.map((value) => ({ value, label: value }));
  const question = {
    kind: 'many',
    message: 'Which files?',
    help: '',
    hint: 'A defence that needs a file you untick is left out whole.',
    default: paths,
    choices,
  } as const;
  const kept = await ask({ question, default: paths, answers: {}, canGoBack: true });
  return Array.isArray(kept) ? paths.filter((path) => !kept.includes(path)) : [];
}

/** The request without the mitigations whose own plan touches a file that is left out; undefined where it stays. */
async function without(
  { run, preview, request }: Reviewing,
  paths: readonly string[],
): Promise<AddRequest | undefined> {
  if (paths.length === 0 || request.ids === 'all') return undefined;
  const kept: string[] = [];
  for (const id of request.ids) {
    const { files } = await preview({ ...request, ids: [id] });
    const needed = files.map(({ path }) => path).filter((path) => paths.includes(path));
    if (needed.length === 0) kept.push(id);
    else run.say.text([`${id} is left out: it needs ${needed.join(', ')}.`]);
  }
  if (kept.length === 0) throw new Left();
  return { ...request, ids: kept };
}
