import type { AddRequest } from '../commands/result.ts';
import type { Answers } from '../mitigation.ts';
import { refuseUnanswered, unanswered } from './answers.ts';
import { readAnswersFile } from './answers-file.ts';
import type { Invocation, Options } from './arguments.ts';
import { mitigationOf } from './catalog-pages.ts';
import { usage } from './coerce.ts';
import { exempting } from './exempting.ts';
import { questionsLeft } from './offer.ts';
import { asked } from './pick-additions.ts';
import { reportAddition } from './report-addition.ts';
import type { Run } from './run.ts';
import type { Definitions } from './wiring.ts';
import { mayAsk, writeOptions } from './writing.ts';

/** `dewar add`: settles what is to be added, shows it where somebody looks, and writes it. */
export async function runAdd(run: Run, definitions: Definitions, invocation: Invocation): Promise<number> {
  const { options, positionals, answers } = invocation;
  for (const id of positionals) mitigationOf(definitions, id);
  if (options.all && positionals.length > 0)
    throw usage(`--all names every defence already: leave ${positionals.join(' and ')} out, or --all.`);
  const ids = options.all ? 'all' : positionals;
  const file =
    options.answers === undefined ? undefined : await readAnswersFile(options.answers, run.io.cwd, definitions);
  return addTo(run, definitions, { options, ids, answers: { ...file?.answers, ...answers } });
}

/** What the command line asks `add` for. */
export interface Asked {
  readonly options: Options;
  readonly ids: readonly string[] | 'all';
  readonly answers: Answers;
}

/** Adds what is named; without a name it is chosen among what is missing. */
export async function addTo(run: Run, definitions: Definitions, given: Asked): Promise<number> {
  const request = requestOf(run, given);
  if (mayAsk(run, given.options)) return interactively(run, definitions, { options: given.options, request });
  if (given.ids.length === 0)
    throw usage('dewar add names nothing to add. Name defences, as in "dewar add csrf headers", or take --all.');
  if (given.options['no-input']) await refuseOpenQuestions(run, definitions, request);
  return reportAddition(run, given.options, await run.wiring.commands.add(request));
}

async function interactively(
  run: Run,
  definitions: Definitions,
  { options, request }: { readonly options: Options; readonly request: AddRequest },
): Promise<number> {
  const { 'dry-run': dryRun = false, install } = options;
  const picked = await asked(run, definitions, { request, dryRun, install });
  const result = picked.result ?? (await run.wiring.commands.add(picked.request));
  return reportAddition(run, { ...options, install: picked.install ?? false }, result);
}

/** With `--no-input` a default that nobody chose is refused, as in `new`. */
async function refuseOpenQuestions(run: Run, definitions: Definitions, request: AddRequest): Promise<void> {
  const preview = await run.wiring.commands.add({ ...request, dryRun: true });
  const { narrowed, sources } = questionsLeft(definitions, preview, request.answers);
  refuseUnanswered(unanswered(narrowed, sources), '--no-input asks nothing');
}

function requestOf(run: Run, { options, ids, answers }: Asked): AddRequest {
  const { exempt, app } = options;
  return {
    root: run.root,
    ids,
    answers: exempting(answers, exempt, ids),
    ...(app !== undefined && { app }),
    allowDirty: options['allow-dirty'] === true || options['dry-run'] === true,
    ...writeOptions(run, options),
  };
}
