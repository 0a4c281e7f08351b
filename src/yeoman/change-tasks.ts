import { basename } from 'node:path';
import { sourcesOf } from '../cli/answers.ts';
import { oneOf } from '../cli/coerce.ts';
import { packing, trust } from '../cli/common-flags.ts';
import { definitions } from '../cli/definitions.ts';
import { flagOf, questionsOf } from '../cli/flags.ts';
import { byHandLines, NOTHING_TO_CHANGE } from '../cli/outcome.ts';
import type { Definitions } from '../cli/wiring.ts';
import { planUpdateOf, recordAt } from '../commands/update.ts';
import { DewarError, Exit } from '../error.ts';
import type { ByHand } from '../mitigation.ts';
import type { Write } from '../plan/write.ts';
import { remember } from '../update/last-add.ts';
import { type Laid, laidOver } from './packs.ts';
import { type Asker, askFor, givenAnswers, optionOf, takesDefaults, YES } from './questions.ts';
import type { Settled, Task } from './task.ts';

/** The app in the current folder, brought up to this version. */
export const updateTask: Task = {
  description: 'Brings an app up to this version of Dewar.',
  flags: packing,
  inApp: true,
  ask: async (asker, root) => {
    const { catalog } = await laidOver(asker, { name: 'update', root });
    return { plan: async () => told(asker, await planUpdateOf(catalog, recordAt(root), { root })) };
  },
};

/** The mitigations that the arguments name, put into the app in the current folder. */
export const addTask: Task = {
  description: 'Puts defences into a Flask app.',
  argument: { name: 'ids', kind: 'ids' },
  inApp: true,
  flags: [YES, trust, ...ownedQuestions(definitions, idsOf(definitions)).map(flagOf)],
  ask: async (asker, root) => {
    const value = optionOf(asker, 'ids');
    const laid = await laidOver(asker, { name: 'add', root });
    const known = idsOf(laid.definitions);
    const ids = (Array.isArray(value) ? value : []).map((id) => oneOf(String(id), known, 'defence'));
    if (ids.length === 0) throw new DewarError(`Name what to add: ${known.join(', ')}.`, Exit.usage);
    return askAdd(asker, { root, ids, laid });
  },
};

/** One mitigation, put into the app in the current folder. */
export function addOneTask(id: string): Task {
  const title = definitions.catalog.find((one) => one.id === id)?.title ?? id;
  return {
    description: `Puts into a Flask app: ${title}`,
    flags: [YES, trust, ...ownedQuestions(definitions, [id]).map(flagOf)],
    inApp: true,
    ask: async (asker, root) => askAdd(asker, { root, ids: [id], laid: await laidOver(asker, { name: 'add', root }) }),
  };
}

interface Adding {
  readonly root: string;
  readonly ids: readonly string[];
  readonly laid: Laid;
}

async function askAdd(asker: Asker, { root, ids, laid }: Adding): Promise<Settled> {
  const { catalog, definitions } = laid;
  const questions = ownedQuestions(definitions, ids);
  const given = givenAnswers(asker, questions);
  const sources = sourcesOf({ options: {}, answers: given }, undefined, { definitions, directory: basename(root) });
  const answers = takesDefaults(asker) ? given : await askFor(asker, questions, sources);
  const plan = async (): Promise<readonly Write[]> => {
    const { planAddition } = await import('../commands/addition.ts');
    const planned = await planAddition(catalog, { root, ids, answers });
    const forgotten = remember({ root, folder: planned.folder }, ids, planned.writes);
    return told(asker, { ...planned, notes: forgotten === undefined ? planned.notes : [...planned.notes, forgotten] });
  };
  return { plan };
}

interface Planned {
  readonly writes: readonly Write[];
  readonly byHand: readonly ByHand[];
  readonly notes?: readonly string[];
}

/** Says what Yeoman's own list of files does not. */
function told(asker: Asker, { writes, byHand, notes = [] }: Planned): readonly Write[] {
  const nothing = writes.length === 0 ? [NOTHING_TO_CHANGE] : [];
  for (const line of [...nothing, ...notes, ...byHandLines(byHand, (_, text) => text)]) asker.log(line);
  return writes;
}

function ownedQuestions(definitions: Definitions, ids: readonly string[]) {
  return questionsOf(definitions, ids).filter(({ owner }) => owner !== undefined);
}

function idsOf(definitions: Definitions): readonly string[] {
  return definitions.catalog.map(({ id }) => id);
}
