import type { Catalog } from '../plan/project.ts';
import { renderProject } from '../plan/project.ts';
import type { RenderedFile } from '../plan/render.ts';
import type { Home } from '../plan/repository.ts';
import { folderOf, type Record } from '../update/record.ts';
import { recordedChoice } from './update.ts';

/** Every file of a managed app as this Dewar would write it today, and where the app is. */
export async function renderedFor(
  catalog: Catalog,
  root: string,
  record: Record,
): Promise<{ readonly home: Home; readonly files: readonly RenderedFile[] }> {
  const choice = recordedChoice(catalog, record);
  const { layout } = record.project;
  if (!layout) {
    const { files, answers } = renderProject(catalog, choice);
    return { home: { root, folder: folderOf(answers) }, files };
  }
  const [{ readApp }, { ownedFiles }] = await Promise.all([import('../flask/read.ts'), import('./foreign-change.ts')]);
  const { owned } = await ownedFiles(catalog, { app: await readApp(root), record, choice });
  return { home: { root, folder: '' }, files: owned };
}
