import type { Answers, FileChange, LogicalPlace, PlanContext } from '../mitigation.ts';

/** Files, by their logical place, that are written only where the answers ask for them. */
export type Conditional = readonly (readonly [places: RegExp, wanted: (answers: Answers) => boolean])[];

/** Below it lie the templates that only an app gets which Dewar did not write. */
const existing = 'existing/';

/**
 * One file for each template in the declaration's folder, path for path, but for those whose condition does not hold.
 * Templates below `slots/` hold the longer entries and are no files. An app that Dewar did not write gets the security
 * package and what lies below `existing/`, which wins: the other files stand on a base that it does not have.
 */
export function* overlay(id: string, context: PlanContext, conditional: Conditional = []): Iterable<FileChange> {
  for (const path of context.templates) {
    const place = path.startsWith(existing) ? path.slice(existing.length) : path;
    if (!fits(path, context)) continue;
    const wanted = conditional.every(([places, holds]) => !places.test(place) || holds(context.answers));
    if (wanted) yield { kind: 'file', place: place as LogicalPlace, template: `${id}/${path}` };
  }
}

function fits(path: string, { app, templates }: PlanContext): boolean {
  if (path.startsWith('slots/')) return false;
  if (!app || path.startsWith(existing)) return Boolean(app) === path.startsWith(existing);
  return path.startsWith('package/security/') && !templates.includes(existing + path);
}

/** True when an answer with several choices includes this one. */
export function includes(answer: Answers[string] | undefined, choice: string): boolean {
  return Array.isArray(answer) && answer.includes(choice);
}
