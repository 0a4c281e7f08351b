import type { Flag } from '../cli/flags.ts';
import type { Write } from '../plan/write.ts';
import type { Asker } from './questions.ts';

/** Works out in memory what to write. */
export type Plan = () => readonly Write[] | Promise<readonly Write[]>;

/** What was settled: a plan, and what is done once it is carried out. */
export interface Settled {
  readonly plan: Plan;
  readonly after?: () => Promise<void>;
}

/** What a generator does, in two steps as Yeoman wants them: ask, then plan. */
export interface Task {
  readonly description: string;
  /** The positional argument: one folder to write to, or several ids. */
  readonly argument?: { readonly name: string; readonly kind: 'folder' | 'ids' };
  readonly flags: readonly Flag[];
  /** Works on an app that exists, which is looked for upwards from the current folder. */
  readonly inApp?: true;
  /** Asks, and returns the plan; `root` is absolute and need not exist. */
  readonly ask: (asker: Asker, root: string) => Promise<Settled>;
}
