import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** One import of one file; `to` is a path below the root, or the name under which a package is imported. */
export interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
  readonly lazy: boolean;
}

const pattern =
  /^\s*(?:import|export)\s+(type\s)?(?:[^'"();]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

/** Every import of the TypeScript files below a folder. */
export function importsBelow(folder: string): Import[] {
  return sourcesBelow(folder).flatMap((from) => {
    const text = readFileSync(join(root, from), 'utf8');
    return [...text.matchAll(pattern)].map(([, type, direct, lazy]) => {
      const name = direct ?? lazy ?? '';
      const to = name.startsWith('.') ? posix.join(posix.dirname(from), name) : name;
      return { from, to, typeOnly: type !== undefined, lazy: lazy !== undefined };
    });
  });
}

/** The TypeScript files below a folder, as paths below the root. */
export function sourcesBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}
