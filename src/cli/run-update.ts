import type { Aim } from '../commands/aim.ts';
import type { Answer, Answers } from '../mitigation.ts';
import type { Preset } from '../preset.ts';
import { readRecord } from '../update/record.ts';
import { requiredBy } from './answers.ts';
import { type FileAnswers, readAnswersFile } from './answers-file.ts';
import type { Options } from './arguments.ts';
import { choose } from './choose.ts';
import { coerce, usage } from './coerce.ts';
import { didYouMean } from './did-you-mean.ts';
import { flagName, type Keyed, questionsOf } from './flags.ts';
import { diffLines, exitOf, sayResult } from './outcome.ts';
import { chooseApp } from './pick-additions.ts';
import type { Run } from './run.ts';
import type { Definitions } from './wiring.ts';
import { mayAsk } from './writing.ts';

/** `dewar update`: brings the app up to this version, or only says whether there is something to bring. */
export async function runUpdate(run: Run, options: Options): Promise<number> {
  const { root, say, wiring } = run;
  const { to, conflict } = options;
  const wish = {
    root,
    ...aimOf(run, options),
    ...(await wishOf(run, options)),
    ...(to !== undefined && { to }),
    ...(conflict !== undefined && { conflict }),
  };
  if (options.check) {
    const { text, data, exit } = await wiring.commands.check(wish);
    say.data('check', { exit, ...data });
    say.text([text]);
    return exit;
  }
  const extra = { dryRun: options['dry-run'] ?? false, diff: options.diff ?? false };
  const allowDirty = options['allow-dirty'] ?? false;
  const result = await wiring.commands.update({ ...wish, ...extra, allowDirty });
  sayResult(say, 'update', { result, extra });
  return exitOf(result);
}

/** `dewar diff`: prints how the app differs from what Dewar would write today. */
export async function runDiff(run: Run, options: Options): Promise<number> {
  const { root, say, wiring } = run;
  const { text, data, exit } = await wiring.commands.diff({ root, ...aimOf(run, options) });
  say.data('diff', { exit, ...data });
  say.text(
    text === ''
      ? ['The app is what Dewar would write today.']
      : diffLines([{ path: '', state: 'edited', diff: text }], say.paint),
  );
  return exit;
}

/** `dewar adopt`: writes a record for an app that has none. */
export async function runAdopt(run: Run, options: Options): Promise<number> {
  const { root, say, wiring } = run;
  const dryRun = options['dry-run'] ?? false;
  const { answers, chosen } = await wishOf(run, options);
  if (chosen)
    throw usage(
      `--answers ${options.answers}: an app is adopted with the defences that it has: leave with, without and preset out.`,
    );
  const result = await wiring.commands.adopt({
    root,
    ...aimOf(run, options),
    answers,
    dryRun,
    renew: options.renew ?? false,
  });
  const { notes = [] } = result;
  say.data('adopt', { exit: exitOf(result), root, written: result.written, dryRun, notes });
  say.text(notes);
  return exitOf(result);
}

/** Which app is meant: the named one, or the one that somebody at a terminal chooses among several. */
function aimOf(run: Run, options: Options): Pick<Aim, 'app' | 'choose'> {
  const choose: Aim['choose'] = async (names) => {
    const { terminalAsk } = await import('./prompts.ts');
    return chooseApp(terminalAsk(run.io), names);
  };
  return { app: options.app, ...(mayAsk(run, options) && { choose }) };
}

/** What an app is to be from now on, by the flags: its answers, and which defences where a file says so. */
interface Wish {
  readonly answers: Answers;
  readonly chosen?: readonly string[];
}

/** The catalog is loaded only where there are flags that need it. */
async function wishOf({ io, root, wiring }: Run, { set = [], answers: file }: Options): Promise<Wish> {
  if (set.length === 0 && file === undefined) return { answers: {} };
  const definitions = await wiring.definitions();
  const read = file === undefined ? undefined : await readAnswersFile(file, io.cwd, definitions);
  const preset = definitions.presets.find(({ name }) => name === read?.preset);
  const given = Object.fromEntries(set.map((word) => entryOf(word, definitions)));
  const chosen = read && chosenBy(read, { root, definitions, preset });
  return { answers: { ...preset?.answers, ...read?.answers, ...given }, ...(chosen && { chosen }) };
}

interface Choosing {
  readonly root: string;
  readonly definitions: Definitions;
  readonly preset: Preset | undefined;
}

/** The defences that a file wants, counted from those of its preset or else of the app; undefined where it names none. */
function chosenBy(read: FileAnswers, { root, definitions, preset }: Choosing): readonly string[] | undefined {
  const { catalog, packs = [] } = definitions;
  if (!preset && read.with.length + read.without.length === 0) return undefined;
  const has = preset ? [] : (readRecord(root)?.project.mitigations ?? []);
  const asItIs = {
    name: '',
    summary: '',
    answers: {},
    without: catalog.flatMap(({ id }) => (has.includes(id) ? [] : [id])),
  };
  return choose(catalog, {
    preset: preset ?? asItIs,
    with: read.with,
    without: read.without,
    required: requiredBy(packs),
  });
}

/** `store=redis`, or `sessions.store=redis` with the name of the mitigation that asks. */
function entryOf(word: string, definitions: Definitions): [string, Answer] {
  const at = word.indexOf('=');
  if (at < 1) throw usage(`--set ${word}: write KEY=VALUE, such as store=filesystem.`);
  const name = word.slice(0, at);
  const questions = questionsOf(definitions);
  const found = questions.find((each) => namesOf(each).includes(name));
  if (!found) {
    const hint = didYouMean(name, questions.flatMap(namesOf));
    throw usage(`--set ${word}: there is no question called ${JSON.stringify(name)}.${hint}`);
  }
  const value = coerce(found.question, word.slice(at + 1), `--set ${name}`);
  const problem = found.question.kind === 'text' ? found.question.validate?.(String(value), {}) : undefined;
  if (problem !== undefined) throw usage(`--set ${name}: ${problem}`);
  return [found.key, value];
}

function namesOf({ key, owner }: Keyed): string[] {
  const names = [...new Set([key, flagName(key)])];
  return owner === undefined ? names : [...names, ...names.map((name) => `${owner}.${name}`)];
}
