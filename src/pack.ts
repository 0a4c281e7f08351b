import type { Migration } from './migration.ts';
import type { Answer, Answers, Audit, ByHand, Change, PlanContext } from './mitigation.ts';
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
  /** What code of an app's own needs from one version of the pack to the next, by the ids of its mitigations. */
  readonly migrations: Readonly<Record<string, readonly Migration[]>>;
  readonly plan: (context: PlanContext) => Iterable<Change | ByHand>;
  /** Runs after a new app was written; only trusted code. */
  readonly afterNew?: Hook;
}

/** Code of a pack that runs once something was done. */
export type Hook = (done: { readonly root: string; readonly answers: Answers }) => unknown;

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
  /** Texts that no file of an app may hold. */
  readonly texts: readonly TextPolicy[];
}

/** A text that files of these endings may not hold, tests excepted. */
export interface TextPolicy {
  readonly text: string;
  /** Endings of the files' names, such as `.py`. */
  readonly in: readonly string[];
  readonly why: string;
}

/** What a setting has to be in production. */
export interface SettingPolicy {
  readonly key: string;
  /** The one Python literal that it may be. */
  readonly is: string;
  readonly why: string;
}

/** The answer that a pack has settled, and that of the app, where they differ. */
export function settledOtherwise({ policy }: Pack, answers: Answers): string | undefined {
  const key = Object.keys(policy.answers).find((each) => {
    const given = answers[each];
    return given !== undefined && !isSame(given, policy.answers[each]);
  });
  return key === undefined
    ? undefined
    : `has settled ${key}: it is ${shown(policy.answers[key])}, and cannot be ${shown(answers[key])}.`;
}

/** A file as a policy looks at it. */
interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** The first forbidden text in each file, in words; a test may name what it guards against. */
export function forbiddenIn({ policy }: Pack, files: Iterable<TextFile>): string[] {
  const faults: string[] = [];
  for (const { path, text } of files) {
    if (/(?:^|\/)tests?\//.test(path)) continue;
    const wanted = policy.texts.filter((each) => each.in.some((ending) => path.endsWith(ending)));
    const found = wanted.find((each) => text.includes(each.text));
    if (!found) continue;
    const line = text.slice(0, text.indexOf(found.text)).split('\n').length;
    faults.push(`forbids ${found.text} (${found.why}): ${path}:${line}.`);
  }
  return faults;
}

function isSame(left: Answer, right: Answer | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function shown(answer: Answer | undefined): string {
  return JSON.stringify(answer);
}
