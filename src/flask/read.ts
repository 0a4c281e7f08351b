import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { readTemplate } from '../jinja/forms.ts';
import { qualname } from '../python/model.ts';
import { pythonReader, type ReadPython } from '../python/reader.ts';
import { apartFrom, rivals } from './apart.ts';
import { auditFacts, lookups } from './audit-facts.ts';
import { findExtensions } from './extensions.ts';
import type { AppFacts } from './facts.ts';
import { listFiles, readSource, roleOf, type Tree } from './files.ts';
import { flowFrom } from './flow.ts';
import { openProject, type Project, placeAt, python } from './project.ts';
import { findRoutes } from './routes.ts';
import { findSessionUses } from './session.ts';
import { findConfigClasses, findSettings } from './settings.ts';
import { type FoundSite, findSites } from './sites.ts';
import { findSources } from './sources.ts';

/**
 * Reads all that can be known of the app below a folder; none of its code is run and nothing is written.
 * @throws DewarError when the folder cannot be read.
 */
export async function readApp(root: string): Promise<AppFacts> {
  const tree = listFiles(resolve(root));
  const project = openProject(tree, await readerOf(tree));
  return factsOf(project, findSites(project));
}

/**
 * Reads each app of a folder that holds several in folders of their own, best first; one list of facts where they share
 * their code. With a name, only the app of that name.
 * @throws DewarError when the folder cannot be read, or there is no app of that name.
 */
export async function readApps(root: string, name?: string): Promise<AppFacts[]> {
  const tree = listFiles(resolve(root));
  const read = await readerOf(tree);
  const project = openProject(tree, read);
  const found = findSites(project);
  const apart = apartFrom(
    tree,
    found.map(({ site }) => site),
    name,
  );
  if (apart.length === 0) return [factsOf(project, found)];
  return apart.map(({ site, files }) => {
    const own = openProject({ ...tree, files, unread: [] }, read);
    const sites = findSites(own);
    const chosen = name === undefined ? sites : sites.filter((each) => each.site.target === site.target);
    return factsOf(own, chosen);
  });
}

function readerOf({ root, files }: Tree): Promise<ReadPython> {
  return pythonReader(root, files.filter((path) => python.test(path)).length);
}

function factsOf(project: Project, found: readonly FoundSite[]): AppFacts {
  const { tree } = project;
  // Not the wizard, the demo or the script beside it.
  const main = found.filter(({ site }) => site.role === found[0]?.site.role && rivals(site, found[0].site));
  const flow = flowFrom(
    project,
    main.flatMap(({ scopes }) => scopes),
  );
  const sources = findSources(project, flow);
  const facts = {
    root: realpathSync(tree.root),
    files: tree.files,
    sites: found.map(({ site }) => site),
    extensions: findExtensions(project, flow),
    settings: findSettings(project, sources),
    sources: sources.map(({ source }) => source),
    configClasses: findConfigClasses(project, sources),
    session: findSessionUses(project),
    routes: findRoutes(project),
    templates: templates(tree),
    classes: classes(project),
    resolve: project.resolve,
    modules: project.modules,
    unread: tree.unread,
    ...lookups(project),
  };
  return Object.assign(auditFacts(project, facts), facts);
}

function templates(tree: Tree): AppFacts['templates'] {
  const paths = tree.files.filter((path) => /\.(html?|jinja2?|j2)$/i.test(path) && !/(^|\/)static\//.test(path));
  return paths.flatMap((path) => {
    const source = readSource(tree, path);
    return source ? [{ ...readTemplate(source), role: roleOf(path) }] : [];
  });
}

function classes(project: Project): AppFacts['classes'] {
  return [...project.modules.values()].flatMap((module) =>
    module.classes.map((each) => ({
      ...placeAt(module, each.start),
      target: `${module.name}.${qualname(each)}`,
      bases: each.bases.map(project.resolve),
      role: module.role,
    })),
  );
}
