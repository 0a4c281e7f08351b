import type { Value } from '../python/model.ts';
import type { AppSite } from './facts.ts';
import type { AppScope } from './flow.ts';
import type { Project } from './project.ts';

/** The scopes in which an app gets another name: `app = connexion_app.app`, or `app = create_app()` where it is started. */
export function followers(
  project: Project,
  { site, scopes }: { readonly site: AppSite; readonly scopes: readonly AppScope[] },
): AppScope[] {
  const aliases = scopes.flatMap(aliasesIn);
  return site.kind === 'factory' ? [...aliases, ...resultsOf(project, site.target)] : aliases;
}

function aliasesIn({ module, scope, variable, from }: AppScope): AppScope[] {
  const isApp = (value: Value): boolean =>
    value.kind === 'name' && (value.name === variable || value.name === `${variable}.app`);
  return module.assigns
    .filter((each) => each.scope === scope && each.start > from && plain.test(each.name) && isApp(each.value))
    .map((each) => ({ module, scope, variable: each.name, from: each.start }));
}

const plain = /^(self\.)?\w+$/;

/** What a factory gives, wherever production code keeps it. */
function resultsOf(project: Project, factory: string): AppScope[] {
  const names = factories(project, factory);
  return [...project.modules.values()]
    .filter(({ role }) => role === 'production')
    .flatMap((module) =>
      module.assigns
        .filter(({ key, name, value }) => !key && plain.test(name) && makes(project, names, value))
        .map(({ scope, name, start }) => ({ module, scope, variable: name, from: start })),
    );
}

/** A factory and the functions that give back what it made. */
function factories(project: Project, factory: string): ReadonlySet<string> {
  const names = new Set([factory]);
  for (const module of project.modules.values())
    for (const fn of module.functions)
      if (fn.scope === '' && fn.returns.some((value) => makes(project, names, value)))
        names.add(`${module.name}.${fn.name}`);
  return names;
}

function makes(project: Project, names: ReadonlySet<string>, value: Value): boolean {
  return value.kind === 'call' && names.has(project.resolve(value.call.target));
}
