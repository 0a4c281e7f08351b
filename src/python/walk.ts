import type { Placed, PyAssign, PyClass, PyCondition, PyFunction, PyImport, PyItem, PyLoop } from './model.ts';
import type { PyNode } from './node.ts';
import type { ModuleName, Scope } from './scopes.ts';
import type { Reading, Where } from './values.ts';

/** The same with fields that can be set. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a walk gathers. */
export interface Collecting extends Reading {
  readonly module: ModuleName;
  readonly scopes: ReadonlyMap<PyNode, Scope>;
  readonly imports: PyImport[];
  readonly assigns: PyAssign[];
  readonly items: PyItem[];
  readonly classes: PyClass[];
  readonly functions: Mutable<PyFunction>[];
  readonly loops: PyLoop[];
  readonly conditions: PyCondition[];
}

/** Position of the walk: `straight` where the next statement is one of the scope's straight line. */
export interface Walk extends Where {
  readonly straight: boolean;
  readonly typing: boolean;
  readonly fn: Mutable<PyFunction> | undefined;
}

/** The place of a node, as the walk knows it. */
export function here(node: PyNode, at: Walk): Placed {
  return { ...at.placed, start: node.start, end: node.end };
}
