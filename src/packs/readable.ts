import type { Spot } from './fault.ts';

/** Something in the language of templates that stands in a manifest, with its place. */
export interface Readable {
  readonly source: string;
  readonly spot: Spot;
}
