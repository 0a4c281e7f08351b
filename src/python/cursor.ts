import type { Language, Tree } from 'web-tree-sitter';

/**
 * The functions by which web-tree-sitter's `TreeCursor` moves and asks; `Parser.init` puts them on the object that it is given.
 * `TreeCursor` itself writes its state into the module before each question, which takes longer than to parse.
 */
export interface TreeSitterModule {
  _ts_tree_root_node_wasm(tree: number): void;
  _ts_tree_cursor_new_wasm(tree: number): void;
  _ts_tree_cursor_delete_wasm(tree: number): void;
  _ts_tree_cursor_goto_first_child_wasm(tree: number): number;
  _ts_tree_cursor_goto_next_sibling_wasm(tree: number): number;
  _ts_tree_cursor_goto_parent_wasm(tree: number): number;
  _ts_tree_cursor_current_node_type_id_wasm(tree: number): number;
  _ts_tree_cursor_current_field_id_wasm(tree: number): number;
  _ts_tree_cursor_current_node_is_missing_wasm(tree: number): number;
  _ts_tree_cursor_start_index_wasm(tree: number): number;
  _ts_tree_cursor_end_index_wasm(tree: number): number;
}

/** What the grammar calls a node. */
interface Kind {
  readonly name: string;
  readonly named: boolean;
}

const error: Kind = { name: 'ERROR', named: true };

/** The kinds of a grammar, by number. */
function kindsOf(language: Language): Kind[] {
  return language.types.map((name, id) => ({ name, named: language.nodeTypeIsNamed(id) }));
}

/** Walks one tree; no other call of the parser may come between, since all share the place of the cursor's state. */
export interface Cursor {
  down(): boolean;
  along(): boolean;
  up(): boolean;
  close(): void;
  kind(): Kind;
  field(): string | undefined;
  start(): number;
  end(): number;
  missing(): boolean;
}

/** Opens cursors on the trees of a language. */
export function cursors(module: TreeSitterModule, language: Language): (tree: Tree) => Cursor {
  const kinds = kindsOf(language);
  const fields = language.fields.map((name) => name ?? undefined);
  return (tree) => {
    const address = (tree as unknown as readonly [number])[0];
    module._ts_tree_root_node_wasm(address);
    module._ts_tree_cursor_new_wasm(address);
    return {
      down: () => module._ts_tree_cursor_goto_first_child_wasm(address) === 1,
      along: () => module._ts_tree_cursor_goto_next_sibling_wasm(address) === 1,
      up: () => module._ts_tree_cursor_goto_parent_wasm(address) === 1,
      close: () => module._ts_tree_cursor_delete_wasm(address),
      kind: () => kinds[module._ts_tree_cursor_current_node_type_id_wasm(address)] ?? error,
      field: () => fields[module._ts_tree_cursor_current_field_id_wasm(address)],
      start: () => module._ts_tree_cursor_start_index_wasm(address),
      end: () => module._ts_tree_cursor_end_index_wasm(address),
      missing: () => module._ts_tree_cursor_current_node_is_missing_wasm(address) === 1,
    };
  };
}
