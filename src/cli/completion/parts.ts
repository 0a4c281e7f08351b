import { packActions } from '../../commands/result.ts';
import type { Flag } from '../flags.ts';
import { type Command, type Positional, SHELLS } from '../table.ts';

/** What every completion script is made from. */
export interface Parts {
  readonly table: readonly Command[];
  /** Ids of the mitigations. */
  readonly ids: readonly string[];
  /** Comment line that says where the script comes from. */
  readonly note: string;
}

/** The words that an argument can be, where it is not a folder. */
export function wordsFor(positional: Positional | undefined, ids: readonly string[]): readonly string[] {
  if (positional?.kind === 'mitigation') return ids;
  if (positional?.kind === 'action') return packActions;
  return positional?.kind === 'shell' ? SHELLS : [];
}

/** Every way to write a flag. */
export function spellings({ name, short, negatable }: Flag): string[] {
  return [`--${name}`, ...(negatable ? [`--no-${name}`] : []), ...(short === undefined ? [] : [`-${short}`])];
}

/** A word in single quotes for bash and zsh. */
export function sh(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
