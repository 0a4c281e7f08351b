import { oneOf, split, usage } from '../cli/coerce.ts';
import { adding, addsAll, trust } from '../cli/common-flags.ts';
import { definitions } from '../cli/definitions.ts';
import { exempting } from '../cli/exempting.ts';
import { type Flag, flagOf, questionsOf } from '../cli/flags.ts';
import type { Addition, Wanted } from '../commands/addition.ts';
import { DewarError, Exit } from '../error.ts';
import type { Write } from '../plan/write.ts';
import { refuseDirty } from '../update/dirty.ts';
import { remember } from '../update/last-add.ts';
import { type Laid, laidOver } from './packs.ts';
import { type Asker, askFor, givenAnswers, optionOf, pickOne, pickSome, takesDefaults, YES } from './questions.ts';
import type { Settled, Task } from './task.ts';
import { told } from './told.ts';

/** The mitigations that the arguments name, all, or those that somebody picks, put into the app in the current folder. */
export const addTask: Task = {
  description: 'Puts defences into a Flask app.',
  argument: { name: 'ids', kind: 'ids' },
  inApp: true,
  flags: [YES, trust, addsAll, ...adding, ...flagsOf(definitions.catalog.map(({ id }) => id))],
  ask: async (asker, root) => {
    const laid = await laidOver(asker, { name: 'add', root });
    return askAdd(asker, { root, laid, named: namedIn(asker, laid) });
  },
};

/** One mitigation, put into the app in the current folder. */
export function addOneTask(id: string): Task {
  const title = definitions.catalog.find((one) => one.id === id)?.title ?? id;
  return {
    description: `Puts into a Flask app: ${title}`,
    flags: [YES, trust, ...adding.filter(({ name }) => name !== 'exempt' || id === 'csrf'), ...flagsOf([id])],
    inApp: true,
    ask: async (asker, root) =>
      askAdd(asker, { root, laid: await laidOver(asker, { name: 'add', root }), named: [id] }),
  };
}

function flagsOf(chosen: readonly string[]): Flag[] {
  return questionsOf(definitions, chosen)
    .filter(({ owner }) => owner !== undefined)
    .map(flagOf);
}

/** What the arguments name; none where somebody is to pick. */
function namedIn(asker: Asker, { definitions: { catalog } }: Laid): Wanted['ids'] {
  const ids = catalog.map(({ id }) => id);
  const value = optionOf(asker, 'ids');
  const named = (Array.isArray(value) ? value : []).map((id) => oneOf(String(id), ids, 'defence'));
  const all = optionOf(asker, addsAll.name) === true;
  if (all && named.length > 0)
    throw usage(`--all names every defence already: leave ${named.join(' and ')} out, or --all.`);
  if (!all && named.length === 0 && takesDefaults(asker)) throw usage(`Name what to add, or --all: ${ids.join(', ')}.`);
  return all ? 'all' : named;
}

interface Adding {
  readonly root: string;
  readonly laid: Laid;
  readonly named: Wanted['ids'];
}

async function askAdd(asker: Asker, adding: Adding): Promise<Settled> {
  const { root, laid } = adding;
  const settled = await settledIn(asker, laid, wantedIn(asker, adding));
  const plan = async (): Promise<readonly Write[]> => {
    const { planAddition } = await import('../commands/addition.ts');
    const planned = await planAddition(laid.catalog, settled);
    await refuse(asker, root, planned);
    const home = { root, folder: planned.folder };
    const forgotten = planned.writes.length === 0 ? undefined : remember(home, planned.ids, planned.writes);
    return told(asker, { ...planned, notes: forgotten === undefined ? planned.notes : [...planned.notes, forgotten] });
  };
  return { plan };
}

interface Wish {
  readonly wanted: Wanted;
  /** The app that was named, or picked since. */
  readonly app: () => string | undefined;
}

/** What the options say; which app is asked for where several are equally good and somebody is there. */
function wantedIn(asker: Asker, { root, laid, named }: Adding): Wish {
  const text = (name: string): string | undefined => {
    const value = optionOf(asker, name);
    return value === undefined ? undefined : String(value);
  };
  const exempt = text('exempt');
  const answers = exempting(givenAnswers(asker, questionsOf(laid.definitions)), exempt && split(exempt), named);
  let app = text('app');
  const choose = async (names: readonly string[]): Promise<string> => {
    app ??= await pickOne(asker, { name: 'app', message: 'Which app?' }, names);
    return app;
  };
  return { wanted: { root, ids: named, answers, app, ...(!takesDefaults(asker) && { choose }) }, app: () => app };
}

/** The same with everything answered that the chosen mitigations ask. */
async function settledIn(asker: Asker, { catalog, definitions }: Laid, { wanted, app }: Wish): Promise<Wanted> {
  if (takesDefaults(asker)) return wanted;
  const [{ planAddition }, { offered, questionsLeft }] = await Promise.all([
    import('../commands/addition.ts'),
    import('../cli/offer.ts'),
  ]);
  const picked = async (): Promise<readonly string[]> => {
    const { before } = await planAddition(catalog, { ...wanted, ids: 'all' });
    const choices = offered(definitions.catalog, before);
    if (choices.length === 0) return [];
    return pickSome(asker, { name: 'defences', message: 'Which defences?' }, choices);
  };
  const chosen = wanted.ids.length === 0 ? await picked() : wanted.ids;
  const planned = await planAddition(catalog, { ...wanted, ids: chosen });
  const { narrowed, sources } = questionsLeft(definitions, planned, wanted.answers);
  return { ...wanted, app: app(), ids: planned.ids, answers: await askFor(asker, questionsOf(narrowed), sources) };
}

/** What would stop the command, too. */
async function refuse(asker: Asker, root: string, { writes, changes }: Addition): Promise<void> {
  if (writes.length > 0 && optionOf(asker, 'allow-dirty') !== true)
    await refuseDirty(root, new Set(writes.map(({ path }) => path)));
  const inTheWay = changes.filter(({ state }) => state === 'conflict').map(({ path }) => path);
  if (inTheWay.length === 0) return;
  throw new DewarError(
    `Nothing was written: ${inTheWay.join(', ')} differ where Dewar would change them. Move these files away, or take your ` +
      'changes to these lines back, and run it again.',
    Exit.conflicts,
  );
}
