import { readText } from '../source/encoding.ts';
import type { Source } from '../source/text.ts';
import type { DependencyList } from './lists/list.ts';
import { isDynamic, pipfileLists, pyprojectLists } from './lists/pyproject.ts';
import { requirementsList, writtenBy } from './lists/requirements.ts';
import { setupCfgList, setupPyList } from './lists/setup.ts';

/** Every file of a project that says what it is installed with. */
export interface DependencyFiles {
  readonly lists: readonly DependencyList[];
  /** Files that a tool writes, with the command that does; empty where it is not known. */
  readonly output: readonly { readonly source: Source; readonly command: string }[];
  /** Lock files, which belong to their tools. */
  readonly locks: readonly string[];
}

const requirementsFile =
  /(^|\/)([\w.-]*[-_.])?(requirements?|reqs?|deps)([-_.][\w.-]*)?\.(txt|in|pip)$|(^|\/)requirements?\/[^/]+\.(txt|in|pip)$/i;
const elsewhere =
  /(^|\/)(docs?|examples?|samples?|demos?|vendor(ed)?|third[_-]party|fixtures)\/|(^|[/._-])(docs?|constraints?)([/._-][^/]*)?\.(txt|in|pip)$/i;

/** Reads the lists of dependencies at the root, in a folder of it for them, and in the folders above the app. */
export function readDependencyFiles(root: string, paths: readonly string[], app: string): DependencyFiles {
  const near = paths.filter((path) => isList(path) && !elsewhere.test(path) && isNear(path, app));
  const sources = near.flatMap((path) => readText(root, path) ?? []);
  return {
    lists: sources.flatMap(dependencyLists),
    output: sources
      .filter(({ path }) => requirementsFile.test(path))
      .flatMap((source) => {
        const command = writtenBy(source);
        return command === undefined ? [] : [{ source, command }];
      }),
    locks: paths.filter((path) => /(^|\/)((uv|poetry|pdm)\.lock|Pipfile\.lock)$/.test(path) && isNear(path, app)),
  };
}

/** The lists that one file holds. */
export function dependencyLists(source: Source): readonly DependencyList[] {
  const { path } = source;
  const one = (list: DependencyList | undefined): DependencyList[] => (list ? [list] : []);
  if (path.endsWith('pyproject.toml')) return isDynamic(source) ? [] : pyprojectLists(source);
  if (path.endsWith('Pipfile')) return pipfileLists(source);
  if (path.endsWith('setup.cfg')) return one(setupCfgList(source));
  return one(path.endsWith('setup.py') ? setupPyList(source) : requirementsList(source));
}

function isList(path: string): boolean {
  return requirementsFile.test(path) || /(^|\/)(pyproject\.toml|Pipfile|setup\.(cfg|py))$/.test(path);
}

/** In a folder of the app or above it, or in one for requirements there. */
function isNear(path: string, app: string): boolean {
  const folder = path.replace(/[^/]*$/, '').replace(/(^|\/)(requirements?|reqs?|deps)\/$/i, '$1');
  return app.startsWith(folder);
}
