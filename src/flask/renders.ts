import type { Place } from '../mitigation.ts';
import { argument, type PyCall, text, type Value } from '../python/model.ts';
import type { Role } from './facts.ts';
import { type Module, type Project, placeAt } from './project.ts';

/** A template that a function renders. */
export interface RenderFacts extends Place {
  /** Names of templates as written; empty where an expression gives them. */
  readonly templates: readonly string[];
  /** Values that the template gets, by name. */
  readonly variables: ReadonlyMap<string, Value>;
  /** Qualified name of the function. */
  readonly scope: string;
  readonly role: Role;
}

const renders = /(^|\.)(render_template|stream_template|render)$/;

/** Every call that renders a template of a file. */
export function findRenders(project: Project): RenderFacts[] {
  return [...project.modules.values()].flatMap((module) =>
    module.calls.filter(({ callee }) => renders.test(callee)).map((call) => renderOf(module, call)),
  );
}

function renderOf(module: Module, call: PyCall): RenderFacts {
  const named = argument(call, 'template_name_or_list', 0) ?? argument(call, 'template', 0);
  const all = named?.kind === 'list' ? named.items : named?.kind === 'choice' ? named.of : named ? [named] : [];
  return {
    ...placeAt(module, call.start),
    templates: all.flatMap((each) => text(each) ?? []),
    variables: new Map(call.args.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value] as const]))),
    scope: call.scope,
    role: module.role,
  };
}
