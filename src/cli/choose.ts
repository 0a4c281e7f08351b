import type { Mitigation } from '../mitigation.ts';
import type { Preset } from '../preset.ts';
import { usage } from './coerce.ts';

/** Which defences a preset and `--with`, `--without` ask for. */
export interface Choosing {
  readonly preset: Preset;
  readonly with: readonly string[];
  readonly without: readonly string[];
  /** What packs insist on, by id: the pack. */
  readonly required?: ReadonlyMap<string, string>;
}

/** The chosen ids in the catalog's order, with everything that they need. */
export function choose(catalog: readonly Mitigation[], choosing: Choosing): readonly string[] {
  const both = choosing.with.find((id) => choosing.without.includes(id));
  if (both !== undefined) throw usage(`--with ${both} and --without ${both} contradict each other; leave one out.`);
  const refused = choosing.without.find((id) => choosing.required?.has(id));
  if (refused !== undefined)
    throw usage(`--without ${refused}: the pack ${choosing.required?.get(refused)} requires it.`);
  const wanted = [...choosing.with, ...(choosing.required?.keys() ?? [])];
  const out = choosing.preset.without.filter((id) => !wanted.includes(id));
  const start = catalog.map(({ id }) => id).filter((id) => !out.includes(id) && !choosing.without.includes(id));
  return close(catalog, start, choosing.without);
}

/** The ids with everything that they need; an error where something needed is one of the `refused`. */
export function close(
  catalog: readonly Mitigation[],
  ids: readonly string[],
  refused: readonly string[] = [],
): readonly string[] {
  const chosen = new Set(ids);
  // A Set that grows while it is walked visits what is added, so that needs of needs come along.
  for (const id of chosen) {
    for (const need of catalog.find((one) => one.id === id)?.needs ?? []) {
      if (refused.includes(need)) {
        throw usage(`${id} needs ${need}, which --without leaves out. Leave both out: --without ${need},${id}`);
      }
      chosen.add(need);
    }
  }
  return catalog.map(({ id }) => id).filter((id) => chosen.has(id));
}
