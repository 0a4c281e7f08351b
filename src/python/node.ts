import type { Span } from '../source/text.ts';

/** A node of the syntax tree as plain data: the tree of the parser is freed at once. */
export interface PyNode extends Span {
  readonly type: string;
  /** Name of its role in the parent, such as `body`. */
  readonly field: string | undefined;
  readonly named: boolean;
  readonly parent: PyNode | undefined;
  readonly children: PyNode[];
}

/** A parsed file; `errors` are the places that are not Python. */
export interface PyTree {
  readonly root: PyNode;
  readonly errors: readonly Span[];
}

/** The child in a role. */
export function child(node: PyNode | undefined, field: string): PyNode | undefined {
  return node?.children.find((each) => each.field === field);
}

/** The children that are not punctuation or comments. */
export function parts(node: PyNode | undefined): PyNode[] {
  return node?.children.filter((each) => each.named && each.type !== 'comment') ?? [];
}

/** True when a place that is not Python touches the span. */
export function damaged(tree: PyTree, span: Span): boolean {
  return tree.root.type === 'ERROR' || tree.errors.some(({ start, end }) => start <= span.end && end >= span.start);
}
