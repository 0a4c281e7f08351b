import { text, type Value } from '../../python/model.ts';
import { type AppFacts, effective } from '../facts.ts';

type Known = Pick<AppFacts, 'templates' | 'settings' | 'renders' | 'outcomes' | 'routes'>;

/** Tells the text of a Jinja expression where the app's code says it; `/` for any address of the app itself. */
export function knownValues(app: Known): (expression: string) => string | undefined {
  const set = variables(app);
  const given = rendered(app);
  return (expression) => {
    const written = /^(["'])([^"']*)\1$/.exec(expression)?.[2];
    if (written !== undefined) return written;
    const [, key] = /^config(?:\.|\[["']|\.get\(["'])(\w+)/.exec(expression) ?? [];
    if (key !== undefined) return text(effective(app, key)?.value);
    return set.get(expression) ?? given.get(expression);
  };
}

/** `{% set name = "text" %}` of any template. */
function variables({ templates }: Known): ReadonlyMap<string, string> {
  const set = templates.flatMap(({ tags }) =>
    tags.flatMap(({ kind, inner }) => {
      const [, name = '', value = ''] = (kind === 'statement' && /^set\s+(\w+)\s*=\s*([\s\S]+)$/.exec(inner)) || [];
      const literal = value.startsWith('url_for(') ? '/' : /^(["'])([^"']*)\1$/.exec(value.trim())?.[2];
      return literal === undefined ? [] : [[name, literal] as const];
    }),
  );
  return new Map(set);
}

/** What views hand to their templates, where all of them hand over the same kind. */
function rendered(app: Known): ReadonlyMap<string, string> {
  const all = new Map<string, Set<string | undefined>>();
  for (const { variables: given, file, scope } of app.renders)
    for (const [name, value] of given)
      all.set(name, (all.get(name) ?? new Set()).add(textOf(app, value, { file, scope })));
  return new Map(
    [...all].flatMap(([name, [first, ...others]]) =>
      first !== undefined && others.length === 0 ? [[name, first] as const] : [],
    ),
  );
}

function textOf(app: Known, value: Value, at: { file: string; scope: string }): string | undefined {
  if (value.kind === 'call') return /(^|\.)url_for$/.test(value.call.callee) ? '/' : undefined;
  const outcomes = app.outcomes(value, at);
  const [only, other] = outcomes;
  return !other && only?.kind === 'constant' && typeof only.value === 'string' ? only.value : undefined;
}
