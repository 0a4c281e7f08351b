import type { Answers, FileChange, LogicalPlace, PlanContext } from '../mitigation.ts';

/** Files, by their logical place, that are written only where the answers ask for them. */
export type Conditional = readonly (readonly [places: RegExp, wanted: (answers: Answers) => boolean])[];

/**
 * One file for each template in the declaration's folder, path for path, but for those whose condition does not hold.
 * Templates below `slots/` hold the longer entries and are no files. An app that Dewar did not write gets its security
 * package only: the other files stand on a base that it does not have.
 */
export function* overlay(id: string, context: PlanContext, conditional: Conditional = []): Iterable<FileChange> {
  for (const place of context.templates) {
    if (place.startsWith('slots/')) continue;
    if (context.app && !place.startsWith('package/security/')) continue;
    const wanted = conditional.every(([places, holds]) => !places.test(place) || holds(context.answers));
    if (wanted) yield { kind: 'file', place: place as LogicalPlace, template: `${id}/${place}` };
  }
}

/** True when an answer with several choices includes this one. */
export function includes(answer: Answers[string] | undefined, choice: string): boolean {
  return Array.isArray(answer) && answer.includes(choice);
}
