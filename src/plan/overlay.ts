import type { FileChange, LogicalPlace, PlanContext } from '../mitigation.ts';

/**
 * One file for each template in the declaration's folder, path for path, but for those that `skip` names. Templates
 * below `slots/` hold the longer entries and are no files. An app that Dewar did not write gets its security package
 * only: the other files stand on a base that it does not have.
 */
export function* overlay(
  id: string,
  context: PlanContext,
  skip: (place: string) => boolean = () => false,
): Iterable<FileChange> {
  for (const place of context.templates) {
    if (place.startsWith('slots/') || skip(place)) continue;
    if (context.app && !place.startsWith('package/security/')) continue;
    yield { kind: 'file', place: place as LogicalPlace, template: `${id}/${place}` };
  }
}
