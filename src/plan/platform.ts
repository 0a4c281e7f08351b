import type { DependencyFiles } from '../deploy/dependencies.ts';
import { normalName } from '../deploy/requirement.ts';
import type { AppFacts } from '../flask/facts.ts';
import { readText } from '../source/encoding.ts';
import { admits } from './versions.ts';

/** What an app runs on, as far as its files tell. */
export interface Platform {
  /** Oldest Python, such as `3.8`. */
  readonly python?: Known;
  /** The version of a package as locked or pinned, else the newest that its range admits. */
  readonly version: (name: string) => Known | undefined;
}

/** A version with where it is said. */
export interface Known {
  readonly version: string;
  readonly where: string;
  /** Only the lowest that is allowed: the app may well run on a newer one. */
  readonly atLeast?: true;
}

/** Reads which Python and which packages an app has. */
export function platformOf(app: Pick<AppFacts, 'root' | 'files' | 'deploy'>, files: DependencyFiles): Platform {
  const python = oldestPython(app);
  const locked = lockedVersions(app.root, files.locks);
  return {
    ...(python && { python }),
    version: (name) => locked.get(name) ?? inLists(files, name),
  };
}

const pythons = ['3.6', '3.7', '3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14'];

/** Files that name one Python come before those that name the oldest one. */
function oldestPython(app: Pick<AppFacts, 'root' | 'files' | 'deploy'>): Known | undefined {
  const image = app.deploy.stages
    .filter(({ role }) => role === 'production')
    .flatMap(({ base, file }) => found(/(?:^|\/)python:(3\.\d+)/.exec(base)?.[1], file));
  const exact = said(app, exactly).flatMap(({ path, text }) => found(text, path));
  const ranges = said(app, atLeast).flatMap(({ path, text }) => found(oldestIn(text), path));
  return [...image, ...exact, ...ranges.map((each): Known => ({ ...each, atLeast: true }))][0];
}

type Patterns = readonly (readonly [path: string, pattern: RegExp])[];

function said({ root, files }: Pick<AppFacts, 'root' | 'files'>, patterns: Patterns) {
  return patterns.flatMap(([path, pattern]) => {
    const text = files.includes(path) ? pattern.exec(readText(root, path)?.text ?? '')?.[1] : undefined;
    return text === undefined ? [] : [{ path, text }];
  });
}

function oldestIn(range: string): string | undefined {
  const clauses = readableRange(range);
  return clauses === undefined
    ? undefined
    : pythons.find((version) => admits(clauses, version) || admits(clauses, `${version}.99`));
}

function found(version: string | undefined, where: string): Known[] {
  return version === undefined ? [] : [{ version, where }];
}

const exactly: Patterns = [
  ['runtime.txt', /^python-(3\.\d+)/m],
  ['.python-version', /^(?:cpython-)?(3\.\d+)/m],
  ['Pipfile', /^python(?:_full)?_version\s*=\s*["'](3\.\d+)/m],
  ['.tool-versions', /^python\s+(3\.\d+)/m],
];

const atLeast: Patterns = [
  ['pyproject.toml', /^requires-python\s*=\s*["']([^"']+)["']/m],
  ['pyproject.toml', /^python\s*=\s*["']([^"']+)["']/m],
  ['setup.cfg', /^python_requires\s*=\s*(\S.*)$/m],
  ['setup.py', /python_requires\s*=\s*["']([^"']+)["']/],
];

/** A range of PEP 440 or Poetry in the clauses that `admits` reads; undefined for anything else. */
export function readableRange(range: string): string | undefined {
  const clauses = range.split(',').map((clause) => readable(clause.trim()));
  return clauses.includes(undefined) ? undefined : clauses.filter((clause) => clause !== '').join(',');
}

function readable(text: string): string | undefined {
  if (text === '*' || text === '') return '';
  const [, sign = '', version, star] = /^(\^|~(?!=)|[<>]=?|[=!]=|~=|=)?\s*v?(\d+(?:\.\d+)*)(\.\*)?$/.exec(text) ?? [];
  if (version === undefined) return undefined;
  const parts = version.split('.').map(Number);
  const write = star ? anyBelow : (signs[sign] ?? plainly);
  return write(parts, sign);
}

type Write = (parts: readonly number[], sign: string) => string | undefined;

/** `2.2.*`; what is left out is not looked at. */
const anyBelow: Write = (parts, sign) => (sign === '!=' ? '' : between(parts, parts));
const plainly: Write = (parts, sign) => `${sign}${parts.join('.')}`;

/** Signs that `admits` does not know as they stand. */
const signs: Readonly<Record<string, Write>> = {
  '': (parts) => `==${parts.join('.')}`,
  '=': (parts) => `==${parts.join('.')}`,
  '^': (parts) => between(parts, kept(parts)),
  '~': (parts) => between(parts, parts.slice(0, 2)),
  '~=': (parts) => (parts.length < 2 ? undefined : between(parts, parts.slice(0, -1))),
};

function between(parts: readonly number[], line: readonly number[]): string {
  return `>=${parts.join('.')},<${after(line)}`;
}

/** Poetry's caret keeps all up to the first number that is not zero. */
function kept(parts: readonly number[]): readonly number[] {
  const first = parts.findIndex((part) => part > 0);
  return parts.slice(0, first === -1 ? parts.length : first + 1);
}

function after(parts: readonly number[]): string {
  return [...parts.slice(0, -1), (parts.at(-1) ?? 0) + 1].join('.');
}

/** Versions that lock files name, by the names of PEP 503. */
function lockedVersions(root: string, locks: readonly string[]): Map<string, Known> {
  return new Map(
    locks.flatMap((path) => {
      const text = readText(root, path)?.text ?? '';
      const pattern = path.endsWith('Pipfile.lock')
        ? /^ {8}"([\w.-]+)": \{[^{}]*?"version": "==([^"]+)"/gms
        : /^name = "([^"]+)"\r?\nversion = "([^"]+)"/gm;
      return [...text.matchAll(pattern)].map(([, name = '', version = '']): [string, Known] => [
        normalName(name),
        { version, where: path },
      ]);
    }),
  );
}

/** The line of releases before each of these has ended: the newest that a range admits is in one of them. */
const lines = ['0.12', '1.0', '1.1', '2.0', '2.1', '2.2', '2.3', '3.0', '3.1'];

/** What the lists say; of a range the newest version, where it has an upper end. */
function inLists({ lists, output }: DependencyFiles, name: string): Known | undefined {
  for (const { source, named } of lists) {
    const range = readableRange(named.get(name) ?? '');
    if (range === undefined || range === '') continue;
    const exact = /^==([\d.]+)$/.exec(range)?.[1];
    if (exact !== undefined) return { version: exact, where: source.path };
    const newest = lines.findLast((line) => admits(range, `${line}.99`));
    if (newest !== undefined && /[<~]|==/.test(range)) return { version: `${newest}.99`, where: source.path };
  }
  const pattern = new RegExp(`^${name.replaceAll('-', '[-_.]')}(?:\\[[^\\]]*\\])?==([\\d.]+)`, 'im');
  return output.flatMap(({ source }) => found(pattern.exec(source.text)?.[1], source.path))[0];
}
