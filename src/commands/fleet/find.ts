import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { DewarError, Exit } from '../../error.ts';
import { attempt } from '../../plan/disk.ts';

/** What shows that a folder is a repository or an app, and not one that holds several. */
const signs = ['.dewar/project.json', '.git', 'pyproject.toml', 'requirements.txt', 'setup.py', 'app.py', 'wsgi.py'];

/**
 * The folders that a fleet consists of: those named, the ones in a folder that holds several, and those that a file
 * lists, one on each line. Each is given as a path from `cwd`, once.
 * @throws DewarError where a name leads nowhere, or there is no app in it.
 */
export function fleetOf(cwd: string, words: readonly string[]): string[] {
  const found = words.flatMap((word) => {
    const path = resolve(cwd, word);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) throw new DewarError(`${word} is neither a folder nor a file that lists some.`, Exit.usage);
    return stats.isDirectory() ? appsIn(path, word) : listed(path, word);
  });
  return [...new Set(found)].map((path) => relative(cwd, path).replaceAll('\\', '/') || '.');
}

function appsIn(folder: string, word: string): string[] {
  if (isApp(folder)) return [folder];
  const entries = attempt(word, () => readdirSync(folder, { withFileTypes: true }));
  const inner = entries.filter((entry) => entry.isDirectory() && isApp(join(folder, entry.name)));
  if (inner.length > 0) return inner.map(({ name }) => join(folder, name)).sort();
  throw new DewarError(`${word} is no app, and none of the folders in it is one.`, Exit.usage);
}

function listed(file: string, word: string): string[] {
  const lines = attempt(word, () => readFileSync(file, 'utf8')).split(/\r?\n/);
  const names = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  if (names.length === 0) throw new DewarError(`${word} lists no folder: name one on each line.`, Exit.usage);
  // A folder that is not there becomes a row with an error: one lost repository does not stop the others.
  return names.map((name) => resolve(dirname(file), name));
}

function isApp(folder: string): boolean {
  return signs.some((sign) => existsSync(join(folder, sign)));
}
