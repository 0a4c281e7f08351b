import type { UpdatedFile } from './files.ts';
import { movedByUser, renamedByDewar } from './moves.ts';
import type { Versions } from './reconcile.ts';

/** A file that is now, or will be, elsewhere than where its base was written for. */
interface Moved {
  /** The path of its base. */
  readonly base: string;
  /** Where the user has it. */
  readonly mine: string;
  /** Where it will be. */
  readonly to: string;
}

/** The three versions of all files, by path. */
interface All {
  readonly bases: ReadonlyMap<string, string>;
  readonly texts: ReadonlyMap<string, string>;
  readonly mine: ReadonlyMap<string, Versions['mine']>;
}

/** Files that were moved, by the path under which Dewar writes them now, and old paths of those that Dewar renamed. */
export interface Places {
  readonly moved: ReadonlyMap<string, Moved>;
  readonly renamed: ReadonlySet<string>;
}

/** Finds out which files the user moved and which ones Dewar calls by another name now. */
export function placesOf(root: string, { bases, texts, mine }: All): Places {
  const isChanged = (path: string): boolean => texts.has(path) && bases.get(path) !== texts.get(path);
  const entries = [...bases].filter(([path]) => !path.startsWith('//'));
  const lost = new Map(entries.filter(([path]) => mine.get(path) === undefined && isChanged(path)));
  const dropped = new Map(entries.filter(([path]) => typeof mine.get(path) === 'string' && !texts.has(path)));
  const fresh = new Map([...texts].filter(([path]) => !bases.has(path) && mine.get(path) === undefined));
  const byUser = movedByUser(root, lost, new Set(mine.keys()));
  const byDewar = renamedByDewar(dropped, fresh);
  const moved = new Map([
    ...[...byUser].map(([path, to]): [string, Moved] => [path, { base: path, mine: to, to }]),
    ...[...byDewar].map(([path, from]): [string, Moved] => [path, { base: from, mine: from, to: path }]),
  ]);
  return { moved, renamed: new Set(byDewar.values()) };
}

/** A file that Dewar renamed goes with the user's changes; one that the user moved is merged where it is now. */
export function movedFile(file: UpdatedFile, { base, mine, to }: Moved, { mine: text }: Versions): UpdatedFile[] {
  if (mine === to) return [{ ...file, from: base }];
  const before = typeof text === 'string' ? text : undefined;
  const state = file.state === 'unchanged' ? 'clean' : file.state;
  return [
    { ...file, state, before: undefined, after: file.after ?? before, from: base },
    { path: base, state: 'deleted', before, after: null, why: `it is ${to} now` },
  ];
}
