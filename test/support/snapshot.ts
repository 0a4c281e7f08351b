import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Every file, link and folder below a folder, by path, with content and mode; what two runs are compared by. */
export function snapshot(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true }) as string[];
  return Object.fromEntries(entries.sort().map((path) => [path.replaceAll('\\', '/'), describe(join(folder, path))]));
}

/** Writes files by path; a path that ends in `/` is an empty folder. */
export function lay(folder: string, files: Readonly<Record<string, string>>, mode = 0o644): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(path.endsWith('/') ? join(folder, path) : dirname(join(folder, path)), { recursive: true });
    if (path.endsWith('/')) continue;
    writeFileSync(join(folder, path), content);
    chmodSync(join(folder, path), mode);
  }
}

function describe(path: string): string {
  const stats = lstatSync(path);
  if (stats.isDirectory()) return 'folder';
  if (stats.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  return `${(stats.mode & 0o777).toString(8)} ${readFileSync(path, 'latin1')}`;
}

/** The text of every file below a folder, by path. */
export function filesOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
  return Object.fromEntries(
    paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(folder, path), 'utf8')]),
  );
}
