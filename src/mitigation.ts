import type { AppFacts, Unescaped } from './flask/facts.ts';

/** Where a file stands in the app, whatever the app's layout: resolved by the engine to a path below the project's root. */
export type LogicalPlace = `repository/${string}` | `root/${string}` | `package/${string}` | `tests/${string}`;

/** A configuration tier of the app; `base` holds in all of them. */
export type Tier = 'base' | 'development' | 'testing' | 'production';

/** The value of one answer: text, one choice, several choices, or yes/no. */
export type Answer = string | boolean | readonly string[];

/** Every answer by the key of its question; keys are unique over the whole catalog, so that each is also a flag. */
export type Answers = Readonly<Record<string, Answer>>;

interface QuestionBase<T extends Answer> {
  readonly message: string;
  /** The default, which may follow from earlier answers (the package from the name). */
  readonly default: T | ((answers: Answers) => T);
  readonly help: string;
  /** What the interview says beside the question, where it says more than the message. */
  readonly hint?: string;
  /** False: not asked, and the default holds. */
  readonly when?: (answers: Answers) => boolean;
}
export interface TextQuestion extends QuestionBase<string> {
  readonly kind: 'text';
  /** Undefined when the value is good, else a sentence that names the value and the way out. */
  readonly validate?: (value: string, answers: Answers) => string | undefined;
}
export interface ChoiceQuestion extends QuestionBase<string> {
  readonly kind: 'choice';
  readonly choices: readonly Choice[];
}
export interface ManyQuestion extends QuestionBase<readonly string[]> {
  readonly kind: 'many';
  readonly choices: readonly Choice[];
}
export interface ConfirmQuestion extends QuestionBase<boolean> {
  readonly kind: 'confirm';
}
export interface Choice {
  readonly value: string;
  readonly label: string;
}
export type Question = TextQuestion | ChoiceQuestion | ManyQuestion | ConfirmQuestion;
export type Questions = Readonly<Record<string, Question>>;
export type Severity = 'high' | 'medium' | 'low';
export interface Threat {
  readonly name: string;
  readonly severity: Severity;
  /** What the mitigation does against it, one sentence. */
  readonly prevented: string;
}

/** A place in the app: `file` relative to its root with `/`, `line` from 1. An absent thing has no place. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Something that shows a mitigation to be there. */
export interface Evidence extends Place {
  readonly why: string;
}

/** One fault found by a rule; without `place` the fault is that something is absent. */
export interface Finding {
  readonly place?: Place;
  readonly why: string;
  readonly fix: string;
  readonly atMost?: Cap;
}

/** What the state of a mitigation can be at most while a fault stands; `unknown` where it could not be told. */
export type Cap = 'missing' | 'partial' | 'unknown' | 'implemented';

export interface Rule {
  /** `<mitigation>/<fault>`: names the fault, not the cure. */
  readonly id: `${string}/${string}`;
  readonly severity: Severity;
  readonly weakness: `CWE-${number}`;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** What the state can be at most; partial where nothing is said, and for a low severity anything. */
  readonly atMost?: Cap;
  readonly find: (app: AppFacts) => Iterable<Finding>;
}

/** Changes are plain data, so that preview, JSON, apply, undo and update read the same thing. */
export type Change =
  | FileChange
  | EntryChange
  | SettingChange
  | RegisterChange
  | PackageChange
  | EnvironmentChange
  | SpliceChange;

/** A whole file, rendered from a template of the catalog. */
export interface FileChange {
  readonly kind: 'file';
  readonly place: LogicalPlace;
  /** Path below `templates/`. */
  readonly template: string;
}

/** Lines in a named slot of a file that Dewar writes; dropped where the app has no such slot. */
export interface EntryChange {
  readonly kind: 'entry';
  readonly slot: string;
  /** Lines without the slot's indentation, or a template that renders to them. */
  readonly lines: string | { readonly template: string };
  /** Place among the slot's entries; equal numbers follow the order of the mitigations. */
  readonly order?: number;
}

/** A postcondition: the effective KEY in TIER is VALUE. */
export interface SettingChange {
  readonly kind: 'setting';
  readonly key: string;
  readonly tier: Tier;
  readonly value: PythonExpression | Variable;
  readonly why: string;
}

/** Text of a Python expression that needs no import: a literal, or arithmetic of literals. */
export type PythonExpression = string;

/** A value that the app reads from the environment when its settings are loaded. */
export interface Variable {
  readonly variable: string;
  /** How it is read: the functions of the generated `settings/environment.py`, with further arguments. */
  readonly type: 'text' | 'secret' | 'number' | 'flag' | 'items' | 'choice' | 'folder';
  readonly arguments?: PythonExpression;
  /** What a script can start the app with; nothing that is worth a secret. */
  readonly example?: string;
}

/** An extension or a module of the app that is initialised with `init_app(app)`. */
export interface RegisterChange {
  readonly kind: 'register';
  /** Module of the app's security package whose `init_app` is called. */
  readonly module: string;
  /** The extension that it binds to the app; unbound beside the app's other extensions, so that views can import it. */
  readonly instance?: { readonly module: string; readonly name: string; readonly as: string };
  /** Place in the visible order of defences; smaller is earlier. */
  readonly order: number;
  readonly why: string;
}

export interface PackageChange {
  readonly kind: 'package';
  readonly name: string;
  readonly extras?: readonly string[];
  /** PEP 440 range, such as `>=3.1.3,<3.2`; empty where any version will do. */
  readonly range: string;
  /** Where it is needed: a PEP 508 marker with single quotes, such as `sys_platform != 'win32'`. */
  readonly marker?: string;
  readonly group: PackageGroup;
  /** Comment above it in the app's pyproject.toml. */
  readonly why?: string;
}

/** What needs a package: the app itself, its production server, or the work on it. */
export type PackageGroup = 'runtime' | 'production' | 'development';

export interface EnvironmentChange {
  readonly kind: 'environment';
  readonly name: string;
  readonly example: string;
  readonly secret: boolean;
  readonly why: string;
}

/** Text put in place of `expected` at an offset of a file that Dewar did not write. Offsets count UTF-16 units. */
export interface SpliceChange {
  readonly kind: 'splice';
  readonly file: string;
  readonly start: number;
  readonly expected: string;
  /** `@@0@@` stands for the local name of the first of `imports`, and so on. */
  readonly insert: string;
  /** What the inserted Python needs; an import that the file has already is used under its own name. */
  readonly imports?: readonly SpliceImport[];
  readonly why: string;
}

/** A module, a name in it, or a module of the package with the defences. */
export type SpliceImport = { readonly module: string; readonly name?: string } | { readonly security: string };

/** A step that Dewar does not take itself. */
export interface ByHand {
  readonly kind: 'by-hand';
  readonly place?: Place;
  readonly what: string;
  readonly snippet?: string;
  /** The app cannot live with the mitigation before this is done: nothing else of its plan is carried out. */
  readonly withholds?: true;
}

/** A mitigation is data and pure functions: no disk, no prompt, no Yeoman. */
export interface Mitigation {
  /** Folder name, Yeoman sub-namespace, audit row and rule prefix. */
  readonly id: string;
  /** One line, shown by `list` and the interview. */
  readonly title: string;
  readonly weaknesses: readonly `CWE-${number}`[];
  /** Sections of OWASP ASVS 5.0 that it serves. */
  readonly asvs: readonly string[];
  readonly threats: readonly Threat[];
  /** Mitigations it builds on: chosen along with it. */
  readonly needs?: readonly string[];
  /** Order only: planned after these where they are chosen too. */
  readonly after?: readonly string[];
  readonly questions: Questions;
  readonly plan: (context: PlanContext) => Iterable<Change | ByHand>;
  /** Its plan also fits an app that Dewar did not write: `add` refuses any other mitigation there. */
  readonly fitsAnyApp?: true;
  /** Its plan also completes what such an app has by other means; `always`: also where the audit misses nothing. */
  readonly completes?: true | 'always';
  /** What it cannot do without: `add --all` adds these too where an app has nothing of the sort. */
  readonly besides?: readonly string[];
}

/** How an audit judges a mitigation; apart from the declaration, because only the audit loads it. */
export interface Audit {
  /** False: the row is `n-a`. */
  readonly applies: (app: AppFacts) => boolean;
  /** One sentence for a row that is `n-a`: what was looked for in the app and is not there. */
  readonly unneeded?: string;
  readonly evidence: (app: AppFacts) => Iterable<Evidence>;
  readonly rules: readonly Rule[];
  readonly unescaped?: (app: AppFacts) => Iterable<Unescaped>;
}

/** What a mitigation needs in an app that exists, after its plan; apart from the declaration, because only `add` loads it. */
export type Wiring = (context: PlanContext & { readonly app: AppFacts }) => Iterable<Change | ByHand>;

/** What a plan may look at: the answers, what else is chosen, and the facts of the untouched app. */
export interface PlanContext {
  readonly answers: Answers;
  readonly chosen: ReadonlySet<string>;
  /** The declaration's own templates, as paths below `templates/<id>/`. */
  readonly templates: readonly string[];
  /** What is not from an earlier `add`; undefined for a new app. */
  readonly app?: AppFacts;
  /** Files that an earlier `add` wrote: only the app's list of files still has them. */
  readonly written?: ReadonlySet<string>;
}
