import type { Place } from '../../mitigation.ts';
import type { Role } from '../facts.ts';

/** What request data can reach. */
export type SinkKind =
  | 'open'
  | 'send-file'
  | 'directory'
  | 'save'
  | 'delete'
  | 'archive'
  | 'template'
  | 'markup'
  | 'html'
  | 'redirect'
  | 'render';

/** Data of a request that reach a sink. */
export interface DataFlow extends Place {
  readonly sink: SinkKind;
  /** Where the data come in. */
  readonly source: Place;
  /** What they are, such as `request.args` or `the route parameter name`. */
  readonly what: string;
  /** What makes them safe for this sink; absent where nothing does. */
  readonly guard?: string;
  /** The variable of a template that they become. */
  readonly into?: string;
  /** Dotted name of the function. */
  readonly within: string;
  readonly role: Role;
}

/** Data of a request on their way. */
export interface Taint {
  readonly what: string;
  readonly source: Place;
  /** Names of variables that they went through: a check of one of them counts. */
  readonly names: readonly string[];
  /** What they went through that makes a path or markup safe. */
  readonly cleaned: { readonly path?: string; readonly html?: string };
}
