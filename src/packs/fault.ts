import { DewarError, Exit } from '../error.ts';

/** A place in a file of a pack; the line counts from 1. */
export interface Spot {
  readonly file: string;
  readonly line: number;
}

/** What is wrong with a file of a pack, with its place, so that an author finds it; the same for every kind of file. */
export function fault({ file, line }: Spot, what: string): DewarError {
  return new DewarError(`${file}:${line}: ${what}`, Exit.usage);
}
