import { DewarError, Exit } from '../error.ts';
import type { Mitigation } from '../mitigation.ts';
import { nearest } from '../nearest.ts';

type Ordered = Pick<Mitigation, 'id' | 'needs' | 'after'>;

/**
 * The chosen mitigations with all that they need, ordered by `needs` and `after`, else as in the catalog: the order in
 * which they were named never matters.
 * @throws DewarError for an id that the catalog does not have, and for a cycle.
 */
export function order<M extends Ordered>(catalog: readonly M[], chosen: Iterable<string>): M[] {
  const byId = new Map(catalog.map((mitigation) => [mitigation.id, mitigation]));
  const wanted = closure(byId, chosen);
  const done = new Set<M>();
  const visit = (mitigation: M, path: readonly string[]): void => {
    if (done.has(mitigation)) return;
    if (path.includes(mitigation.id))
      throw new DewarError(`The order of the mitigations is circular: ${[...path, mitigation.id].join(' -> ')}.`);
    for (const id of earlier(mitigation)) {
      const before = wanted.get(id);
      if (before) visit(before, [...path, mitigation.id]);
    }
    done.add(mitigation);
  };
  for (const mitigation of catalog) if (wanted.has(mitigation.id)) visit(mitigation, []);
  return [...done];
}

function earlier({ needs = [], after = [] }: Ordered): readonly string[] {
  return [...needs, ...after];
}

function closure<M extends Ordered>(byId: ReadonlyMap<string, M>, chosen: Iterable<string>): Map<string, M> {
  const wanted = new Map<string, M>();
  const queue = [...chosen];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const mitigation = byId.get(id);
    if (!mitigation) throw unknown(id, [...byId.keys()]);
    if (wanted.has(id)) continue;
    wanted.set(id, mitigation);
    queue.push(...(mitigation.needs ?? []));
  }
  return wanted;
}

function unknown(id: string, known: readonly string[]): DewarError {
  const near = nearest(id, known);
  return new DewarError(
    `There is no mitigation "${id}"${near ? `; did you mean "${near}"?` : ''} Known: ${known.join(', ')}.`,
    Exit.usage,
  );
}
