import { argument, type Value } from '../python/model.ts';
import { lineAt } from '../source/text.ts';
import type { AppFacts, ExtensionFacts } from './facts.ts';
import type { Standing } from './outcome.ts';

/** Talisman, where the app gets it, and the options that it is given. */
export function talisman(app: AppFacts): ExtensionFacts | undefined {
  return app.extensions.find(
    ({ made, role, initialised }) => role === 'production' && initialised && /^flask_talisman\b/.test(made),
  );
}

/** The value of one of Talisman's options and where it stands; undefined where it is left at its default. */
export function talismanOption(app: AppFacts, name: string): (Standing & { readonly value: Value }) | undefined {
  const own = talisman(app);
  const places = [own, own?.initialised].flatMap((each) => (each ? [`${each.file}:${each.line}`] : []));
  for (const file of new Set(places.map((each) => each.replace(/:\d+$/, '')))) {
    const module = app.modules.get(file);
    const calls = module?.calls.filter((call) => places.includes(`${file}:${lineAt(module.source, call.start)}`)) ?? [];
    for (const call of calls) {
      const value = argument(call, name);
      if (value) return { value, file, scope: call.scope };
    }
  }
  return undefined;
}
