import type { Place } from '../mitigation.ts';

/** One thing that a value can be once the app runs, with where that is written. */
export type Outcome = Place &
  (
    | { readonly kind: 'constant'; readonly value: string | number | boolean | null }
    /** `required`: without the variable the app does not start, or nothing takes its place. */
    | { readonly kind: 'environment'; readonly variable: string; readonly required: boolean }
    /** Made anew when the module is loaded. */
    | { readonly kind: 'random' }
    /** Read from a file or a secret store. */
    | { readonly kind: 'file' }
    /** Given by who calls the function. */
    | { readonly kind: 'caller' }
    | { readonly kind: 'unknown' }
  );

/** Where an expression stands. */
export interface Standing {
  readonly file: string;
  /** Qualified name of the function or class; empty for the module. */
  readonly scope: string;
}
