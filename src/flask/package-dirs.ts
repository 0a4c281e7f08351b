import { readSource, type Tree } from './files.ts';

/** Where setuptools is told which folder holds a package, and how the pairs stand there. */
const tables: readonly (readonly [file: string, table: RegExp, pair: RegExp])[] = [
  ['pyproject.toml', /^package-dir\s*=\s*\{([^}]*)\}/m, /["']?([\w.]+)["']?\s*=\s*["']([^"']+)["']/g],
  [
    'pyproject.toml',
    /^\[tool\.setuptools\.package-dir\]\s*\n((?:(?!\[).*\n?)*)/m,
    /^["']?([\w.]+)["']?\s*=\s*["']([^"']+)["']/gm,
  ],
  ['setup.cfg', /^package_dir\s*=[ \t]*\r?\n((?:[ \t]+.*\n?)+)/m, /^\s+([\w.]+)\s*=\s*(\S+)/gm],
  ['setup.py', /\bpackage_dir\s*=\s*(?:\{|dict\()([^})]*)[})]/, /["']?([\w.]+)["']?\s*[:=]\s*["']([^"']+)["']/g],
];

/** The names under which folders are imported that are called otherwise, by folder: `package-dir = {shop = "lib"}`. */
export function packageDirs(tree: Tree): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [file, table, pair] of tables) {
    if (!tree.files.includes(file)) continue;
    const inside = table.exec(readSource(tree, file)?.text ?? '')?.[1] ?? '';
    for (const [, name = '', folder = ''] of inside.matchAll(pair)) found.set(folder.replace(/^\.\/|\/$/g, ''), name);
  }
  return found;
}
