import type { Aim } from '../commands/aim.ts';
import type { Answered } from '../commands/fleet/rows.ts';
import type {
  AddRequest,
  AddResult,
  AdoptRequest,
  AuditRequest,
  NewRequest,
  PackRequest,
  Report,
  Result,
  UndoRequest,
  UpdateRequest,
} from '../commands/result.ts';
import type { UpdateWish } from '../commands/update.ts';
import type { Mitigation, Questions } from '../mitigation.ts';
import type { Pack } from '../pack.ts';
import type { Catalog } from '../plan/project.ts';
import type { Preset } from '../preset.ts';

/** What the command line is made of besides its own code; the entry point wires the real parts, tests wire small ones. */
export interface Wiring {
  readonly version: string;
  /** Called when a command first needs it, so that `--version` loads no catalog. */
  readonly definitions: () => Definitions | Promise<Definitions>;
  readonly commands: Commands;
  /** Runs another command line by itself and keeps what it says; absent where a host cannot. */
  readonly alone?: (argv: readonly string[], cwd: string) => Promise<Answered>;
  /** True once packs were laid over the catalog. */
  readonly packed?: boolean;
  /** The same with packs laid over the catalog; absent where a host knows none. */
  readonly layered?: (lay: (catalog: Catalog) => Catalog) => Wiring;
}

/** Everything from which flags, help, interview and completion are derived. */
export interface Definitions {
  readonly catalog: readonly Mitigation[];
  readonly projectQuestions: Questions;
  /** Names of all templates, `<id>/<path>`; only `explain` looks at them. */
  readonly templates?: readonly string[];
  /** The first one is the default. */
  readonly presets: readonly Preset[];
  /** What is laid over Dewar's own. */
  readonly packs?: readonly Pack[];
}

/** The commands that do the work; each loads its parts when called. */
export interface Commands {
  readonly new: (request: NewRequest) => Promise<Result>;
  readonly add: (request: AddRequest) => Promise<AddResult>;
  readonly undo: (request: UndoRequest) => Promise<Result>;
  readonly update: (request: UpdateRequest) => Promise<Result>;
  readonly check: (wish: UpdateWish) => Promise<Report>;
  readonly diff: (aim: Aim) => Promise<Report>;
  readonly adopt: (request: AdoptRequest) => Promise<Result>;
  readonly audit: (request: AuditRequest) => Promise<Report>;
  readonly pack: (request: PackRequest) => Promise<Report>;
}
