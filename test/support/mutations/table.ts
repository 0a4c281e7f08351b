/** One change of the generated app: what it takes away, the file, a text that is there exactly once, and what replaces it. */
export type Row = readonly [what: string, file: string, old: string, replacement: string];

/** Changes that one test file of the app must notice. */
export interface Group {
  readonly mitigation: string;
  /** The file that goes red: of tests/security/, or with its own path. */
  readonly test: string;
  /** The defence as a whole: the complete suite runs, and no other file goes red than those of `alsoRed`. */
  readonly removal?: Row;
  /** Test files that cannot do without this defence. */
  readonly alsoRed?: readonly string[];
  /** The same defence, weaker. */
  readonly weakened: readonly Row[];
}

export const app = 'src/acme_portal';
export const security = `${app}/security`;
export const settings = `${app}/settings`;
export const gate = `${app}/startup.py`;
export const defences = `${security}/__init__.py`;
