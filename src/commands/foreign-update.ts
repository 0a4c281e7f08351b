import { DewarError, Exit } from '../error.ts';
import { order } from '../plan/order.ts';
import type { Catalog, Choice } from '../plan/project.ts';
import type { ConflictStyle } from '../update/reconcile.ts';
import type { Record } from '../update/record.ts';
import { notePath } from '../update/record-files.ts';
import { type TakenBack, takeBack } from '../update/take-back.ts';
import { readRecorded } from './aim.ts';
import { type ForeignChange, planForeignChange } from './foreign-change.ts';
import { type Changed, changed } from './outcome.ts';
import type { PlannedUpdate, UpdateWish } from './update.ts';

/** An update of an app that Dewar did not write. */
export interface ForeignUpdate {
  readonly wish: UpdateWish;
  readonly record: Record;
  readonly choice: Choice;
  readonly style?: ConflictStyle;
}

/**
 * Works out how an app that Dewar did not write comes to a choice: what leaves it is also taken out of its own files.
 * @throws DewarError where the choice has more than the app: that is for `add`, which looks at what the app has first.
 */
export async function planForeignUpdate(
  catalog: Catalog,
  { wish, record, choice, style }: ForeignUpdate,
): Promise<PlannedUpdate> {
  const { root } = wish;
  const { mitigations, app } = record.project;
  const ids = order(catalog.mitigations, choice.chosen).map(({ id }) => id);
  refuseMore(ids.filter((id) => !mitigations.includes(id)));
  const aimed = () => readRecorded(wish, app);
  const change = await planForeignChange(catalog, { root, aimed, record, choice, ...(style && { style }) });
  const gone = mitigations.filter((id) => !ids.includes(id));
  const planned = gone.length === 0 ? change : without(change, await takeBack(root, leaving(gone, ids)));
  // What was left to a person is told with a change, and not again with each look.
  const quiet = planned.writes.length === 0 ? { byHand: [], notes: [] } : {};
  return { record, folder: '', ...planned, ...quiet };
}

/** Without any mitigation, what all of them stand on goes too. */
function leaving(gone: readonly string[], kept: readonly string[]): ReadonlySet<string> {
  return new Set(kept.length === 0 ? [...gone, 'app'] : gone);
}

/** A file is not edited and relieved of edits at once: what else it needs comes with the next update. */
function without(change: ForeignChange, back: TakenBack): ForeignChange {
  const relieved = new Set(back.files.flatMap(({ path }) => [path, notePath('edited', path)]));
  const both = change.changes.some(({ path, state }) => state === 'edited' && relieved.has(path));
  return {
    ...change,
    writes: [...change.writes.filter(({ path }) => !relieved.has(path)), ...back.writes],
    changes: [
      ...change.changes.filter(({ path }) => !relieved.has(path)),
      ...back.files.map((file): Changed => ({ ...changed(file, ''), state: 'edited' })),
    ],
    byHand: [...change.byHand, ...back.byHand.map((step) => ({ ...step, from: 'app' }))],
    notes: both ? [...change.notes, 'Run "dewar update" once more: some files need other edits, too.'] : change.notes,
  };
}

function refuseMore(fresh: readonly string[]): void {
  if (fresh.length === 0) return;
  const names = fresh.join(' ');
  throw new DewarError(
    `This app does not have ${fresh.join(', ')} yet. Put it in first, which looks at what the app has of its own: dewar add ${names}`,
    Exit.usage,
  );
}
