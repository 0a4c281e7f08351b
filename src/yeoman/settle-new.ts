import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Generator from 'yeoman-generator';

type Store = Generator['fs']['store'];
/** What Yeoman's check for conflicts leaves on a file, and takes as settled where it finds it. */
type Checked = ReturnType<Store['get']> & { conflicter?: 'create'; changesDetected?: boolean };

/**
 * Says of the files that are not on the disk yet what Yeoman's check for conflicts would find out: for each of them it
 * looks for a `.yo-resolve` in every folder above, one by one. Where there is such a file, Yeoman reads it itself.
 */
export function settleNew(store: Store, paths: readonly string[]): void {
  const ruled = new Map<string, boolean>();
  const isRuled = (folder: string): boolean => {
    const known = ruled.get(folder);
    if (known !== undefined) return known;
    const above = dirname(folder);
    const found = existsSync(join(folder, '.yo-resolve')) || (above !== folder && isRuled(above));
    ruled.set(folder, found);
    return found;
  };
  for (const path of paths) {
    if (existsSync(path) || isRuled(dirname(path))) continue;
    const file: Checked = store.get(path);
    file.conflicter = 'create';
    file.changesDetected = true;
  }
}
