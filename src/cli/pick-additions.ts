import type { AddRequest, AddResult } from '../commands/result.ts';
import type { Standing } from '../commands/standing.ts';
import type { Answers } from '../mitigation.ts';
import { type Ask, type BACK, interview } from './ask.ts';
import { offered, questionsLeft } from './offer.ts';
import { chooseFiles } from './review-additions.ts';
import type { Run } from './run.ts';
import type { Definitions } from './wiring.ts';
import { sayKeys } from './writing.ts';

/** What somebody at a terminal decided: a request to carry out, or a result that only has to be told. */
export interface Picked {
  readonly request: AddRequest;
  readonly result?: AddResult;
  /** Whether the new packages are to be installed. */
  readonly install?: boolean;
}

interface Wanted {
  readonly request: AddRequest;
  readonly dryRun: boolean;
  /** Undefined: to be asked, where there are new packages. */
  readonly install: boolean | undefined;
}

/** Asks which mitigations, which app, what they need to know, and whether the changes shown are right. */
export async function asked(run: Run, definitions: Definitions, wanted: Wanted): Promise<Picked> {
  const { request, dryRun } = wanted;
  const { terminalAsk } = await import('./prompts.ts');
  const ask = terminalAsk(run.io);
  sayKeys(run);
  let app = request.app;
  const choose = async (names: readonly string[]): Promise<string> => {
    app ??= await chooseApp(ask, names);
    return app;
  };
  const preview = (each: AddRequest): Promise<AddResult> =>
    run.wiring.commands.add({ ...each, ...(app !== undefined && { app }), choose, dryRun: true });
  const chooseMissing = async (): Promise<readonly string[]> => {
    const { audit } = await preview({ ...request, ids: 'all' });
    return chosenOf(run, definitions, { ask, before: audit.before });
  };
  const ids = request.ids.length === 0 ? await chooseMissing() : request.ids;
  const first = await preview({ ...request, ids });
  const settled = { ...request, ids: first.ids };
  if (first.files.length === 0) return { request, result: first };
  const { narrowed, sources } = questionsLeft(definitions, first, request.answers);
  let decided: AddRequest | undefined;
  const review = async ({ answers }: { readonly answers: Answers }): Promise<undefined | typeof BACK> => {
    const whole = { ...settled, answers: { ...request.answers, ...answers } };
    const outcome = dryRun ? whole : await chooseFiles({ run, ask, preview, request: whole });
    if (typeof outcome === 'symbol') return outcome;
    decided = outcome;
    return undefined;
  };
  const asksInstall = !dryRun && first.installation !== undefined;
  const install = asksInstall ? wanted.install : false;
  const done = await interview({ definitions: narrowed, sources, git: false, install, ask, review });
  return { request: { ...(decided ?? settled), ...(app !== undefined && { app }) }, install: done.install };
}

interface Offer {
  readonly ask: Ask;
  readonly before: Standing;
}

async function chosenOf({ say }: Run, { catalog }: Definitions, { ask, before }: Offer): Promise<readonly string[]> {
  const choices = offered(catalog, before);
  if (choices.length === 0) {
    say.text(['Nothing is missing.']);
    return [];
  }
  const missing = choices.map(({ value }) => value);
  const answer = await ask({
    question: {
      kind: 'many',
      message: 'Which defences?',
      help: '',
      hint: 'What the app lacks; dewar explain ID says what each is against.',
      choices,
      default: missing,
    },
    default: missing,
    answers: {},
    canGoBack: false,
  });
  return Array.isArray(answer) ? answer : missing;
}

/** Asks which of several apps is meant. */
export async function chooseApp(ask: Ask, names: readonly string[]): Promise<string> {
  const [first = ''] = names;
  const choices = names.map((value) => ({ value, label: value }));
  const question = {
    kind: 'choice',
    message: 'Which app?',
    help: '',
    hint: 'Same as --app.',
    choices,
    default: first,
  } as const;
  return String(await ask({ question, default: first, answers: {}, canGoBack: false }));
}
