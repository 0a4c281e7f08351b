import type { DeployFacts } from '../deploy/facts.ts';
import type { TemplateFacts } from '../jinja/forms.ts';
import type { EscapeFacts, OutputFacts } from '../jinja/outputs.ts';
import type { Place, Tier } from '../mitigation.ts';
import type { PyModule, Value } from '../python/model.ts';
import type { Source, Span } from '../source/text.ts';
import type { ContentNeed } from './content/placed.ts';
import type { DataFlow } from './dataflow/facts.ts';
import type { HandlerFacts } from './handlers.ts';
import type { Outcome, Standing } from './outcome.ts';
import type { RenderFacts } from './renders.ts';
import type { HeaderFacts } from './response-headers.ts';
import type { RunFacts } from './runs.ts';
import type { ScriptFile } from './scripts.ts';
import type { StartFacts } from './starts.ts';

/** What a file is for; only `production` files lower the state of a mitigation. */
export type Role = 'production' | 'development' | 'test' | 'docs' | 'example' | 'migration' | 'vendored';

export interface Unread {
  readonly file: string;
  readonly why: string;
}

/** Where a statement can be inserted: after `after`, in a scope that knows the app as `variable`. */
export interface Anchor extends Place {
  readonly after: Span;
  readonly variable: string;
  /** What stands there: decides whether a blank line is put between. */
  readonly kind: 'init' | 'config' | 'create';
}

/** One place where an app object is made. */
export interface AppSite extends Place {
  /** A function that makes and returns it, or a module. */
  readonly kind: 'factory' | 'module';
  /** The name of the app object where it is made. */
  readonly variable: string;
  /** Qualified name of the factory; of the function that configures a module's app, if there is one. */
  readonly factory?: string;
  /** Dotted name of the factory, or of the module's app object. */
  readonly target: string;
  /** Dotted name of the class that was called; `flask.Flask` but for subclasses and wrappers. */
  readonly made: string;
  readonly role: Role;
  readonly score: number;
  readonly call: Span;
  readonly step: Span;
  /** Where calls of `init_app` belong. */
  readonly anchor: Anchor;
  /** Where settings belong that instance configuration, environment and tests may still override. */
  readonly settings: Anchor;
}

/** An extension object and whether the app ever gets it. */
export interface ExtensionFacts extends Place {
  /** Dotted name of the variable. */
  readonly target: string;
  readonly variable: string;
  /** Dotted name of its class as imported. */
  readonly made: string;
  readonly role: Role;
  /** Where the app is given to it; absent when that never happens. */
  readonly initialised?: Place;
  /** Made or initialised only under a condition. */
  readonly conditional: boolean;
}

/** One value for a key of the configuration. Later facts of the list win within a tier. */
export interface SettingFact extends Place {
  readonly key: string;
  readonly tier: Tier;
  readonly value: Value;
  /** The value as written. */
  readonly written: string;
  readonly from: 'class' | 'module' | 'mapping' | 'update' | 'statement';
  /** Qualified name of the class or function that the value stands in. */
  readonly scope: string;
  /** Dotted name of the class or module that holds it. */
  readonly holder?: string;
  readonly conditional: boolean;
  readonly role: Role;
}

/** A source of configuration that is read when the app starts, in the order of the app. */
export interface ConfigSource extends Place {
  readonly kind: 'class' | 'module' | 'mapping' | 'statement' | 'pyfile' | 'environment' | 'caller' | 'unknown';
  /** Dotted names of the classes or the module. */
  readonly holders: readonly string[];
  /** The statement of the straight line that holds it. */
  readonly step: Span;
  /** The call, with its argument list. */
  readonly span: Span;
  readonly conditional: boolean;
  readonly silent: boolean;
}

export interface ConfigClass extends Place {
  readonly target: string;
  readonly tier: Tier;
  readonly bases: readonly string[];
  readonly body: Span;
}

/** A use of the session: `write` when a value is put in. */
export interface SessionUse extends Place {
  readonly mode: 'write' | 'read' | 'clear' | 'flash' | 'login';
  readonly key?: string;
  readonly role: Role;
}

export interface RouteFacts extends Place {
  /** Undefined where the rule is not a literal. */
  readonly rule?: string;
  readonly methods: readonly string[];
  /** Dotted name of the view. */
  readonly view: string;
  /** Dotted name of the app or blueprint. */
  readonly on: string;
  /** Decorators of the view as dotted names. */
  readonly decorators: readonly string[];
  /** Parameters of the rule with their converter, `string` where none is named. */
  readonly params: readonly { readonly name: string; readonly converter: string }[];
  readonly role: Role;
}

export interface ClassFacts extends Place {
  readonly target: string;
  readonly bases: readonly string[];
  readonly role: Role;
}

/** All that is known of an app, without having run any of it. Plain data. */
export interface AppFacts {
  /** Absolute path. */
  readonly root: string;
  /** Every file that was looked at, relative to the root, sorted. */
  readonly files: readonly string[];
  readonly unread: readonly Unread[];
  /** Best first. */
  readonly sites: readonly AppSite[];
  readonly extensions: readonly ExtensionFacts[];
  readonly settings: readonly SettingFact[];
  readonly sources: readonly ConfigSource[];
  readonly configClasses: readonly ConfigClass[];
  readonly session: readonly SessionUse[];
  readonly routes: readonly RouteFacts[];
  readonly templates: readonly (TemplateFacts & { readonly role: Role })[];
  /** Every class of the app, with its bases as dotted names. */
  readonly classes: readonly ClassFacts[];
  /** What a dotted name stands for, through the imports of the app's own modules. */
  readonly resolve: (target: string) => string;
  /** Every Python module that was read; by path. */
  readonly modules: ReadonlyMap<string, PyModule & { readonly role: Role }>;
  /** The text of any of the files; undefined where it is none of them or no text. */
  readonly source: (path: string) => Source | undefined;
  /** All that an expression can be once the app runs. */
  readonly outcomes: (value: Value, standing: Standing) => readonly Outcome[];
  /** The expressions that a name of the app's own is given, over files; the expression itself where it is none. */
  readonly held: (value: Value, standing: Standing) => readonly Held[];
  // What follows is found when it is first asked for.
  /** What the app's pages load and run. */
  readonly content: readonly ContentNeed[];
  /** Request data that reach files, templates, markup and redirects. */
  readonly flows: readonly DataFlow[];
  readonly renders: readonly RenderFacts[];
  /** What templates put into their pages. */
  readonly outputs: readonly (OutputFacts & { readonly role: Role })[];
  /** Blocks of templates in which nothing is escaped. */
  readonly unescaped: readonly (EscapeFacts & { readonly role: Role })[];
  /** Calls that serve the app. */
  readonly runs: readonly RunFacts[];
  readonly handlers: readonly HandlerFacts[];
  /** Headers that the app's code sets. */
  readonly headers: readonly HeaderFacts[];
  /** The app's own files of JavaScript that send requests which change something. */
  readonly scripts: readonly ScriptFile[];
  readonly deploy: DeployFacts;
  /** Commands of the deployment that start the app. */
  readonly starts: readonly StartFacts[];
}

/** An expression with where it stands. */
export interface Held extends Standing {
  readonly value: Value;
}

/** A place of templates or code that shows a value without escaping it, sound ones too, with what is known of the value. */
export interface Unescaped extends Place {
  readonly verdict: 'sanitised' | 'developer' | 'unsafe' | 'unknown';
  readonly why: string;
}

/** The value that a key has in a tier once the app is configured; undefined when nothing in the code sets it. */
export function effective(
  app: Pick<AppFacts, 'settings'>,
  key: string,
  tier: Tier = 'production',
): SettingFact | undefined {
  return app.settings.findLast(
    (fact) => fact.key === key && (fact.tier === tier || fact.tier === 'base') && fact.role !== 'test',
  );
}

/** The settings of production files for a key, in every tier but testing. */
export function settingsFor(app: Pick<AppFacts, 'settings'>, key: string): SettingFact[] {
  return app.settings.filter((fact) => fact.key === key && fact.tier !== 'testing' && fact.role === 'production');
}

const byTarget = new WeakMap<AppFacts['classes'], ReadonlyMap<string, ClassFacts>>();

/** A class and all that it is derived from, as dotted names. */
export function ancestry({ classes }: Pick<AppFacts, 'classes'>, target: string, depth = 10): string[] {
  const known = byTarget.get(classes) ?? new Map(classes.toReversed().map((each) => [each.target, each]));
  byTarget.set(classes, known);
  const own = depth > 0 ? known.get(target) : undefined;
  return [target, ...(own?.bases.flatMap((base) => ancestry({ classes }, base, depth - 1)) ?? [])];
}
