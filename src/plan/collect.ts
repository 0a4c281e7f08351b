import type { AppFacts } from '../flask/facts.ts';
import type { Answers, ByHand, Change, Mitigation, PlanContext } from '../mitigation.ts';

/** What the engine plans from: the base app and every mitigation, all of the same shape. */
export type Contributor = Pick<Mitigation, 'id' | 'plan'>;

/** A change together with the declaration it comes from. */
export interface Contribution {
  readonly from: string;
  readonly change: Change;
}

/** Every change and by-hand step of the chosen declarations, in their order. */
export interface Collected {
  readonly contributions: readonly Contribution[];
  readonly byHand: readonly (ByHand & { readonly from: string })[];
}

/** What a collection starts from: `contributors` are already ordered. */
export interface Request {
  readonly contributors: readonly Contributor[];
  readonly answers: Answers;
  /** Every template of the catalog. */
  readonly templates: readonly string[];
  readonly app?: AppFacts;
  readonly written?: ReadonlySet<string>;
}

/** Asks every declaration for its plan; nothing is rendered or read yet. */
export function collect(request: Request): Collected {
  const shared = {
    answers: request.answers,
    chosen: new Set(request.contributors.map(({ id }) => id)),
    ...(request.app && { app: request.app }),
    ...(request.written && { written: request.written }),
  };
  const contributions: Contribution[] = [];
  const byHand: (ByHand & { from: string })[] = [];
  for (const { id, plan } of request.contributors) {
    const context: PlanContext = { ...shared, templates: below(request.templates, `${id}/`) };
    for (const step of plan(context)) {
      if (step.kind === 'by-hand') byHand.push({ ...step, from: id });
      else contributions.push({ from: id, change: step });
    }
  }
  return { contributions, byHand };
}

function below(templates: readonly string[], prefix: string): string[] {
  return templates.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}
