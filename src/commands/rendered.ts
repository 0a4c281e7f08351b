import type { Catalog } from '../plan/project.ts';
import { renderProject } from '../plan/project.ts';
import type { RenderedFile } from '../plan/render.ts';
import type { Home } from '../plan/repository.ts';
import { folderOf, type Record } from '../update/record.ts';
import type { Aim } from './aim.ts';
import { recordedChoice } from './update.ts';

/** Every file of a managed app as this Dewar would write it today, and where the app is. */
export async function renderedFor(
  catalog: Catalog,
  { root, app }: Aim,
  record: Record,
): Promise<{ readonly home: Home; readonly files: readonly RenderedFile[] }> {
  const choice = recordedChoice(catalog, record);
  const { layout } = record.project;
  if (!layout) {
    const { files, answers } = renderProject(catalog, choice);
    return { home: { root, folder: folderOf(answers) }, files };
  }
  const [{ readRecorded }, { ownedFiles }] = await Promise.all([import('./aim.ts'), import('./foreign-change.ts')]);
  const aimed = () => readRecorded({ root, app }, record.project.app);
  const { files } = await ownedFiles(catalog, { root, aimed, record, choice });
  return { home: { root, folder: '' }, files };
}
