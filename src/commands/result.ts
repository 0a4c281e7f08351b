import type { Format } from '../audit/reports/formats.ts';
import type { TextOptions } from '../audit/reports/text.ts';
import type { Required, Threshold } from '../audit/settings.ts';
import type { ExitCode } from '../error.ts';
import type { Answers, ByHand, EnvironmentChange } from '../mitigation.ts';
import type { Trusting } from '../packs/trust.ts';
import type { AskConflict, ConflictMode } from '../plan/conflicts.ts';
import type { Exempted, WantedPackage } from '../plan/foreign.ts';
import type { Installation } from '../plan/install-notes.ts';
import type { ConflictStyle } from '../update/reconcile.ts';
import type { Aim } from './aim.ts';
import type { Standing } from './standing.ts';

/** What became, or in a dry run would become, of one file. */
export interface FileOutcome {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly state: FileState;
  /** Unified diff, only where the request asked for it. */
  readonly diff?: string;
  /** What it comes from: the base app, a mitigation or a pack. */
  readonly origin?: string;
  /** Where the file was before. */
  readonly from?: string;
  /** Why it is in this state, where the word does not say it. */
  readonly why?: string;
}

/**
 * - `new`: was not there; `unchanged`: nothing to do; `overwrite`: differed, and the user said so
 * - `clean`: replaced by the newer text, since nobody had edited it; `merged`: both had changed, without overlap
 * - `restored`: has the text again that it had before
 * - `edited`: a file that Dewar did not write, changed at some places only
 * - `deleted`: Dewar no longer writes it and nobody had edited it; `keep`: the user's file stays as it is
 * - `conflict`: both changed the same lines, or a file stands in the way
 */
export type FileState =
  | 'new'
  | 'unchanged'
  | 'overwrite'
  | 'clean'
  | 'restored'
  | 'merged'
  | 'edited'
  | 'deleted'
  | 'keep'
  | 'conflict';

/** The outcome of a command that changes files. */
export interface Result {
  readonly root: string;
  /** False for a dry run and where conflicts stopped the run before the first write. */
  readonly written: boolean;
  readonly files: readonly FileOutcome[];
  readonly byHand: readonly ByHand[];
  /** Sentences the user should read, such as a recovered run. */
  readonly notes?: readonly string[];
  /** Where the command knows better than the files' states. */
  readonly exit?: ExitCode;
}

/** The outcome of a command that only reads: text for people, data for programs. */
export interface Report {
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly exit: ExitCode;
}

/** What every writing command is told besides its own subject. */
export interface WriteOptions {
  readonly onConflict: ConflictMode;
  /** Given exactly when `onConflict` is `ask`. */
  readonly ask?: AskConflict;
  readonly dryRun: boolean;
  /** Fill `diff` of each file. */
  readonly diff: boolean;
}
export interface NewRequest extends WriteOptions {
  /** Absolute path of the folder. */
  readonly target: string;
  readonly answers: Answers;
  /** Closed over `needs`, in the catalog's order. */
  readonly chosen: readonly string[];
}
export interface AddRequest extends WriteOptions, Aim {
  /** `all`: whatever the app needs and does not have whole. */
  readonly ids: readonly string[] | 'all';
  /** Answers that were given; the command fills the rest from the app and the defaults. */
  readonly answers: Answers;
  /** Goes on where changes are not committed yet. */
  readonly allowDirty?: boolean;
}
/** The outcome of `add`: all that a script needs to install and start the app. */
export interface AddResult extends Result {
  /** What was asked for: some of it may be there already, or be withheld. */
  readonly ids: readonly string[];
  readonly added: readonly string[];
  /** What the app cannot live with yet: its steps by hand say why. */
  readonly withheld: readonly string[];
  readonly packages: readonly WantedPackage[];
  readonly environment: readonly EnvironmentChange[];
  /** What brings the packages in; absent where there are no new ones. */
  readonly installation?: Installation;
  /** Views that are no longer asked for a token, with the reason. */
  readonly exempted: readonly Exempted[];
  /** Every answer that the plan was made from, and those of earlier runs among them. */
  readonly answers: Answers;
  readonly recorded: Answers;
  /** The states of the audit; without `after` where nothing was written. */
  readonly audit: { readonly before: Standing; readonly after?: Standing };
}
/** Taking back asks nothing: what cannot be merged is marked. */
export interface UndoRequest extends Pick<WriteOptions, 'dryRun' | 'diff'> {
  readonly root: string;
  /** All that `add` did, and not the last change only. */
  readonly all?: boolean;
}
export interface UpdateRequest extends Aim {
  readonly dryRun: boolean;
  /** Fill `diff` of each file. */
  readonly diff: boolean;
  /** Answers that are to be others from now on. */
  readonly answers?: Answers;
  /** The mitigations that the app is to have from now on; those that it has where this is left out. */
  readonly chosen?: readonly string[];
  /** The version that this is to be, for scripts that must not go further. */
  readonly to?: string;
  readonly conflict?: ConflictStyle;
  /** True: files of the app that are not committed are no reason to stop. */
  readonly allowDirty?: boolean;
}
export interface AdoptRequest extends Aim {
  readonly answers: Answers;
  readonly dryRun: boolean;
  /** Writes a record that is there, and may be damaged, anew. */
  readonly renew: boolean;
}
/** What an audit is about, and what is to become of its report; without more it is a table, and high findings fail it. */
export interface AuditRequest {
  readonly root: string;
  readonly format?: Format;
  /** Files to write the report to, each in a form of its own. */
  readonly outputs?: readonly { readonly format: Format; readonly file: string }[];
  readonly failOn?: Threshold;
  readonly require?: Required;
  /** File with the findings that are known already. */
  readonly baseline?: string;
  readonly writeBaseline?: string;
  /** Which app to judge, as `module:name`; every app of the folder where nothing is said. */
  readonly app?: string;
  /** Git revision: what was found there already is not reported. */
  readonly since?: string;
  /** False: comments that ignore a rule are passed over. */
  readonly inline?: boolean;
  /** How the table is drawn. */
  readonly table?: TextOptions;
}

/** What can be asked about packs. */
export const packActions = ['list', 'info', 'check', 'new', 'lock'] as const;
export type PackAction = (typeof packActions)[number];

export interface PackRequest {
  readonly action: PackAction;
  /** The source of a pack, or the folder of a new one; the current folder where it is left out. */
  readonly subject?: string;
  /** The app whose packs are listed. */
  readonly root: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Hashes that this run trusts. */
  readonly trusted: readonly string[];
  /** Absent where nobody can be asked. */
  readonly ask?: NonNullable<Trusting['ask']>;
}
