import { Exit } from '../error.ts';
import type { ByHand } from '../mitigation.ts';
import { applyAt } from '../plan/apply-at.ts';
import type { UpdatedFile } from '../update/files.ts';
import { planUndo } from '../update/undo.ts';
import { type Changed, changed, outcomes } from './outcome.ts';
import type { Result, UndoRequest } from './result.ts';

/**
 * Takes back the last `add` and keeps what was edited since; lines that both changed are marked.
 * @throws DewarError where there is nothing to take back, or an old text is gone.
 */
export async function undoLast({ root, dryRun, diff }: UndoRequest): Promise<Result> {
  const { added, files, writes, folder, done } = await planUndo(root);
  if (!dryRun) {
    applyAt({ root, folder }, writes);
    done();
  }
  const shown = files.filter(({ state }) => state !== 'unchanged').map((file) => restored(changed(file, folder)));
  const conflicts = shown.some(({ state }) => state === 'conflict');
  return {
    root,
    written: !dryRun,
    files: outcomes(shown, { diff, undoes: true }),
    byHand: files.flatMap(left),
    notes: [`${dryRun ? 'Would take back' : 'Took back'}: ${added.join(', ')}.`],
    ...(conflicts && { exit: Exit.conflicts }),
  };
}

/** What an update calls clean has here its old text again. */
function restored(file: Changed): Changed {
  return file.state === 'clean' ? { ...file, state: 'restored' } : file;
}

/** A file that Dewar made and somebody edited since is theirs by now. */
export function left({ path, state }: Pick<UpdatedFile, 'path'> & Pick<Changed, 'state'>): ByHand[] {
  if (state !== 'keep') return [];
  return [
    { kind: 'by-hand', what: `${path} came with "dewar add" and was changed since: delete it if nothing needs it.` },
  ];
}
