import type { Splice } from '../../source/splice.ts';
import type { Source } from '../../source/text.ts';
import { isExact, type Requirement } from '../requirement.ts';

/** A list of dependencies that people keep by hand, and where another one goes. */
export interface DependencyList {
  readonly source: Source;
  readonly group: 'runtime' | 'development';
  /** What it names, by the names of PEP 503, with the versions that it asks for. */
  readonly named: ReadonlyMap<string, string>;
  /** Files that it takes in: what they name is named here too. */
  readonly includes?: readonly string[];
  /** The change that adds requirements, none of which it names yet; undefined where it cannot be made safely. */
  readonly add: (wanted: readonly Requirement[]) => readonly Splice[] | undefined;
}

/** True when most of a list asks for exact versions, so that another one would look out of place without. */
export function isPinned(ranges: Iterable<string>): boolean {
  const all = [...ranges];
  return all.filter(isExact).length * 2 > all.length;
}

/** What a folder or a table is called that lists packages for work on the app only. */
const development =
  /(^|[/._-])(dev|develop(ment)?|tests?|testing|lint(ing|ers?)?|ci|typing|types|quality|tools?|local)([/._-]|$)/i;

/** What a list is for, by its name. */
export function groupOf(name: string): DependencyList['group'] {
  return development.test(name) ? 'development' : 'runtime';
}
