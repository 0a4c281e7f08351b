import type { Answers, Audit, ByHand, Change, PlanContext } from './mitigation.ts';
import type { Preset } from './preset.ts';

/** Where a pack comes from, as `.dewar/project.json` says it: enough to find the same bytes again, or newer ones. */
export interface PackOrigin {
  readonly name: string;
  /** A folder relative to the app, a URL with `#REF`, or `npm:NAME@RANGE`. */
  readonly source: string;
  /** What the reference of a Git URL led to. */
  readonly commit?: string;
  /** SHA-256 of everything in the pack. */
  readonly hash: string;
  readonly version: string;
}

/** A pack as the engine sees it: what it plans for every app, and what it insists on. */
export interface Pack {
  /** Its name. */
  readonly id: string;
  readonly origin: PackOrigin;
  readonly policy: Policy;
  readonly presets: readonly Preset[];
  /** Templates of others that it replaces. */
  readonly overrides: readonly string[];
  /** Keys of typed answers that may stand in any file as they are. */
  readonly plain: readonly string[];
  /** How its mitigations are judged, by their ids. */
  readonly audits: Readonly<Record<string, Audit>>;
  readonly plan: (context: PlanContext) => Iterable<Change | ByHand>;
}

/** What every app of a team has to keep to. */
export interface Policy {
  /** Ids of mitigations that every app has; an audit wants them implemented. */
  readonly require: readonly string[];
  /** Answers that cannot be otherwise. */
  readonly answers: Answers;
  /** Ids of rules whose findings fail an audit, whatever their severity, and cannot be suppressed. */
  readonly rules: readonly string[];
  /** Settings that cannot be otherwise, by key. */
  readonly settings: readonly SettingPolicy[];
}

/** What a setting has to be in production. */
export interface SettingPolicy {
  readonly key: string;
  /** The one Python literal that it may be. */
  readonly is: string;
  readonly why: string;
}
