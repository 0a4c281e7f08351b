import { readDeployment } from '../deploy/read.ts';
import { maskJinja } from '../jinja/mask.ts';
import { outputsOf, unescapedBlocks } from '../jinja/outputs.ts';
import type { Value } from '../python/model.ts';
import type { Source } from '../source/text.ts';
import { assignedTo } from './assigned.ts';
import { findContent } from './content/find.ts';
import { findFlows } from './dataflow/find.ts';
import type { AppFacts, Held } from './facts.ts';
import { readSource, type Tree } from './files.ts';
import { findHandlers } from './handlers.ts';
import { lazily } from './lazily.ts';
import type { Standing } from './outcome.ts';
import { outcomesOf } from './outcomes.ts';
import type { Project } from './project.ts';
import { findRenders } from './renders.ts';
import { findHeaders } from './response-headers.ts';
import { findRuns } from './runs.ts';
import { findScripts } from './scripts.ts';
import { findStarts } from './starts.ts';

type AuditFacts = Pick<
  AppFacts,
  | 'content'
  | 'flows'
  | 'renders'
  | 'outputs'
  | 'unescaped'
  | 'runs'
  | 'handlers'
  | 'headers'
  | 'scripts'
  | 'deploy'
  | 'starts'
>;

/** What only the audit asks for: found when it is first read. */
export function auditFacts(
  project: Project,
  app: Pick<AppFacts, 'routes' | 'sites' | 'templates' | 'modules' | 'held' | 'files'>,
): AuditFacts {
  const facts: AuditFacts = lazily<AuditFacts>({
    content: () => findContent(app, (path) => readSource(project.tree, path)),
    flows: () => findFlows(project, app.routes),
    renders: () => findRenders(project),
    outputs: () => inTemplates(app, outputsOf),
    unescaped: () => inTemplates(app, unescapedBlocks),
    runs: () => findRuns(project, app.sites),
    handlers: () => findHandlers(project),
    headers: () => findHeaders(project),
    scripts: () => findScripts(project.tree),
    deploy: () => deployment(project.tree),
    starts: () => findStarts(facts.deploy, facts.runs),
  });
  return facts;
}

/** Looks things up: texts, what expressions can be, and what a name is given. */
export function lookups(project: Project): Pick<AppFacts, 'outcomes' | 'held' | 'source'> {
  return {
    source: (path) => {
      const { tree } = project;
      return project.modules.get(path)?.source ?? (tree.files.includes(path) ? readSource(tree, path) : undefined);
    },
    outcomes: (value, { file, scope }) => {
      const module = project.module(file);
      return module ? outcomesOf(project, value, { module, scope }) : [];
    },
    held: (value, standing) => held(project, value, standing),
  };
}

function held(project: Project, value: Value, standing: Standing): Held[] {
  const module = project.module(standing.file);
  if (value.kind !== 'name' || !module) return [{ ...standing, value }];
  return assignedTo(project, value.target, module).map((each) => ({
    value: each.value,
    file: each.owner.path,
    scope: each.scope,
  }));
}

function inTemplates<T>(
  { templates }: Pick<AppFacts, 'templates'>,
  find: (source: Source, masked: ReturnType<typeof maskJinja>) => T[],
): (T & { role: AppFacts['templates'][number]['role'] })[] {
  return templates.flatMap(({ source, role }) =>
    find(source, maskJinja(source.text)).map((each) => ({ ...each, role })),
  );
}

function deployment(tree: Tree): AppFacts['deploy'] {
  const known = new Map<string, Source | undefined>();
  return readDeployment({
    paths: tree.files,
    read: (path) => {
      if (!known.has(path)) known.set(path, readSource(tree, path));
      return known.get(path);
    },
    unread: (file, why) => tree.unread.push({ file, why }),
  });
}
