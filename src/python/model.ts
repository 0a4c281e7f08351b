import type { Source, Span } from '../source/text.ts';

/** An expression as far as it is understood; `target` is a dotted name with imports resolved. */
export type Value = Span &
  (
    | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
    | {
        readonly kind: 'name';
        readonly name: string;
        readonly target: string;
        /** What an attribute is read from, where that is no name. */
        readonly on?: Value;
      }
    | { readonly kind: 'call'; readonly call: PyCall }
    | { readonly kind: 'list'; readonly items: readonly Value[] }
    | { readonly kind: 'dict'; readonly entries: readonly DictEntry[] }
    | { readonly kind: 'item'; readonly of: Value; readonly key: Value }
    | { readonly kind: 'choice'; readonly of: readonly Value[] }
    | {
        readonly kind: 'other';
        readonly of: readonly Value[];
        /** As written, such as `+` or `not in`; `f` for a string with expressions in it. */
        readonly operator?: string;
      }
  );

/** `key: value`, or `**value` without a key. */
export interface DictEntry extends Span {
  readonly key?: Value;
  readonly value: Value;
}

/** Where something stands: `scope` is the qualified name of the class or function, empty for the module. */
export interface Placed extends Span {
  readonly scope: string;
  /** The statement of the scope's straight line that holds it: the outermost `if`, `try` or loop, else itself. */
  readonly step: Span;
  /** True below an `if`, `try`, loop or `match`. */
  readonly conditional: boolean;
}

export interface PyArg extends Span {
  readonly name?: string;
  readonly star?: '*' | '**';
  readonly value: Value;
}

export interface PyCall extends Placed {
  /** As written, such as `app.config.update`. */
  readonly callee: string;
  readonly target: string;
  readonly args: readonly PyArg[];
  /** The argument list with its parentheses. */
  readonly list: Span;
  /** What the method is called on, where that is no name. */
  readonly on?: Value;
}

/** `name = value`, `name[key] = value` or `name |= value`. */
export interface PyAssign extends Placed {
  readonly name: string;
  readonly target: string;
  readonly key?: Value;
  readonly operator: string;
  readonly value: Value;
}

/** A subscript that is read or deleted. */
export interface PyItem extends Placed {
  readonly target: string;
  readonly key: Value;
  readonly mode: 'read' | 'write' | 'delete';
}

export interface PyImport extends Placed {
  /** The name it gets here; `*` for all names. */
  readonly local: string;
  /** Dotted name of what it stands for. */
  readonly target: string;
  /** Module of a `from` import as resolved; empty for a plain import. */
  readonly module: string;
  /** Only for type checkers. */
  readonly typing: boolean;
}

export interface PyClass extends Placed {
  readonly name: string;
  readonly bases: readonly string[];
  readonly decorators: readonly Value[];
  readonly body: Span;
}

export interface PyFunction extends Placed {
  readonly name: string;
  readonly params: readonly string[];
  /** Defaults of parameters, by name. */
  readonly defaults: Readonly<Record<string, Value>>;
  readonly decorators: readonly Value[];
  readonly body: Span;
  /** What its own `return` statements give. */
  readonly returns: readonly Value[];
}

/** `for variable in items`. */
export interface PyLoop extends Placed {
  readonly variable: string;
  readonly items: Value;
}

/** The condition of an `if` or `elif`. */
export interface PyCondition extends Placed {
  readonly test: Value;
  readonly body: Span;
  /** True where the body ends by leaving: `return`, `raise`, `continue`, `break` or `abort()`. */
  readonly leaves: boolean;
}

/** What one file of Python says, as plain data. */
export interface PyModule {
  readonly path: string;
  /** Dotted name under which it is imported. */
  readonly name: string;
  readonly source: Source;
  readonly imports: readonly PyImport[];
  readonly calls: readonly PyCall[];
  readonly assigns: readonly PyAssign[];
  readonly items: readonly PyItem[];
  readonly classes: readonly PyClass[];
  readonly functions: readonly PyFunction[];
  readonly loops: readonly PyLoop[];
  readonly conditions: readonly PyCondition[];
  readonly errors: readonly Span[];
}

/** Qualified name of a class or function, as its content's `scope` says it. */
export function qualname(definition: PyClass | PyFunction): string {
  return definition.scope === '' ? definition.name : `${definition.scope}.${definition.name}`;
}

/** The argument of that name, else at that position. */
export function argument(call: PyCall, name: string, position?: number): Value | undefined {
  const named = call.args.find((arg) => arg.name === name);
  if (named) return named.value;
  const arg = position === undefined ? undefined : call.args[position];
  return arg && arg.name === undefined && arg.star === undefined ? arg.value : undefined;
}

/** The text of a string literal. */
export function text(value: Value | undefined): string | undefined {
  return value?.kind === 'literal' && typeof value.value === 'string' ? value.value : undefined;
}
