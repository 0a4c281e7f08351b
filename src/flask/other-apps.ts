import type { AppFacts, AppSite } from './facts.ts';

/** Pages of another app of the repository: what one app knows in its templates, another one has never heard of. */
export function pagesOfOthers({ sites, files }: Pick<AppFacts, 'sites' | 'files'>): string[] {
  const [own, ...others] = sites;
  if (!own) return [];
  const home = pagesOf(own);
  // An app without a folder of pages beside it may share those of another one.
  if (!files.some((path) => path.startsWith(home))) return [];
  const foreign = new Set(others.map(pagesOf).filter((folder) => folder !== home));
  return files.filter((path) => [...foreign].some((folder) => path.startsWith(folder)) && !path.startsWith(home));
}

/** The folder in which Flask looks for the templates of an app. */
function pagesOf({ file }: AppSite): string {
  return file.replace(/[^/]*$/, 'templates/');
}
