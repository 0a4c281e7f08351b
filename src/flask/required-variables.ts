import type { AppFacts } from './facts.ts';

/** Variables without which the app does not even start: `os.environ["X"]` in its production code. */
export function requiredVariables(app: Pick<AppFacts, 'modules' | 'resolve'>): string[] {
  const production = [...app.modules.values()].filter(({ role }) => role === 'production');
  const names = production.flatMap(({ items }) =>
    items.flatMap(({ mode, target, key }) =>
      mode === 'read' && app.resolve(target) === 'os.environ' && key.kind === 'literal' ? [String(key.value)] : [],
    ),
  );
  const known = /^(SECRET_KEY|TRUSTED_HOSTS|APP_ENV|FLASK_\w+|HOME|PATH|USER)$/;
  return [...new Set(names)].filter((name) => /^[A-Za-z_]\w*$/.test(name) && !known.test(name)).sort();
}
