import { child, type PyNode, parts } from './node.ts';

/** Names that a module, class or function binds, with the dotted name each stands for. */
export interface Scope {
  readonly kind: 'module' | 'class' | 'function';
  readonly qualname: string;
  readonly outer: Scope | undefined;
  readonly names: Map<string, string>;
}

/** Facts on a module that its names are resolved by. */
export interface ModuleName {
  readonly text: string;
  /** Dotted name. */
  readonly name: string;
  /** True for an `__init__.py`. */
  readonly isPackage: boolean;
}

/** One name of an import statement. */
export interface ImportedName {
  readonly local: string;
  readonly target: string;
  readonly module: string;
}

/** The scope that each module, class and function node opens. */
export function findScopes(root: PyNode, module: ModuleName): ReadonlyMap<PyNode, Scope> {
  const top: Scope = { kind: 'module', qualname: '', outer: undefined, names: new Map() };
  const found = new Map<PyNode, Scope>([[root, top]]);
  const visit = (node: PyNode, scope: Scope): void => {
    const opened = opensScope.has(node.type) ? open(node, scope, module) : undefined;
    if (opened) found.set(node, opened);
    else bind(node, scope, module);
    for (const each of node.children) if (each.named) visit(each, opened ?? scope);
  };
  for (const each of root.children) visit(each, top);
  return found;
}

const opensScope = new Set(['function_definition', 'class_definition']);

function open(node: PyNode, outer: Scope, module: ModuleName): Scope {
  const name = slice(module, child(node, 'name'));
  define(outer, module, name);
  const qualname = outer.qualname === '' ? name : `${outer.qualname}.${name}`;
  const kind = node.type === 'function_definition' ? 'function' : 'class';
  const scope: Scope = { kind, qualname, outer, names: new Map() };
  if (kind === 'function') for (const param of parameters(node, module)) define(scope, module, param);
  return scope;
}

/** The dotted name that a name stands for in a scope; itself where nothing binds it. */
export function lookup(scope: Scope, dotted: string): string {
  const dot = dotted.search(/[.[(]/);
  const first = dot === -1 ? dotted : dotted.slice(0, dot);
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    const target = at === scope || at.kind !== 'class' ? at.names.get(first) : undefined;
    if (target !== undefined) return dot === -1 ? target : target + dotted.slice(dot);
  }
  return dotted;
}

/** The names of a function's parameters. */
export function parameters(node: PyNode, module: Pick<ModuleName, 'text'>): string[] {
  const nameOf = (param: PyNode): PyNode | undefined =>
    param.type === 'identifier'
      ? param
      : (child(param, 'name') ?? param.children.find((each) => each.type === 'identifier'));
  return parts(child(node, 'parameters')).flatMap((param) => slice(module, nameOf(param)) || []);
}

function define(scope: Scope, module: ModuleName, name: string): void {
  if (scope.names.has(name)) return;
  const path = { module: '', class: `${scope.qualname}.`, function: `${scope.qualname}.<locals>.` }[scope.kind];
  scope.names.set(name, `${module.name}.${path}${name}`);
}

function bind(node: PyNode, scope: Scope, module: ModuleName): void {
  switch (node.type) {
    case 'import_statement':
    case 'import_from_statement':
      for (const { local, target } of importedNames(node, module)) scope.names.set(local, target);
      break;
    case 'assignment':
    case 'for_statement':
    case 'named_expression':
      for (const name of targets(child(node, 'left') ?? child(node, 'name')))
        define(scope, module, slice(module, name));
      break;
    case 'as_pattern_target':
      for (const name of targets(node.children[0])) define(scope, module, slice(module, name));
      break;
    case 'global_statement':
      for (const name of parts(node)) {
        const word = slice(module, name);
        scope.names.set(word, `${module.name}.${word}`);
      }
  }
}

function targets(node: PyNode | undefined): PyNode[] {
  if (!node) return [];
  if (node.type === 'identifier') return [node];
  return /^(pattern_list|tuple_pattern|list_pattern|tuple|list)$/.test(node.type) ? parts(node).flatMap(targets) : [];
}

/** The names that an import statement binds, relative modules resolved. */
export function importedNames(node: PyNode, module: ModuleName): ImportedName[] {
  const from = child(node, 'module_name');
  const base = from ? absolute(slice(module, from), module) : '';
  const names = node.children.filter((each) => each.field === 'name' || each.type === 'wildcard_import');
  return names.map((each) => {
    const name = slice(module, child(each, 'name') ?? each).replace(/\s/g, '');
    const alias = slice(module, child(each, 'alias'));
    const target = !from ? name : name === '*' ? base : `${base}.${name}`;
    if (from || alias) return { local: alias || name, target, module: base };
    const [top = name] = name.split('.');
    return { local: top, target: top, module: '' };
  });
}

/** The absolute name of a module as an import statement writes it. */
export function absolute(written: string, module: Pick<ModuleName, 'name' | 'isPackage'>): string {
  const name = written.replace(/\s/g, '');
  const dots = /^\.*/.exec(name)?.[0].length ?? 0;
  // Before Flask 1.0 extensions were imported so, too.
  if (dots === 0) return name.replace(/^flask\.ext\.(?=\w)/, 'flask_');
  const path = module.name.split('.');
  const kept = path.slice(0, path.length - (module.isPackage ? dots - 1 : dots));
  return [...kept, name.slice(dots)].filter((part) => part !== '').join('.');
}

function slice(module: Pick<ModuleName, 'text'>, node: PyNode | undefined): string {
  return node ? module.text.slice(node.start, node.end) : '';
}
