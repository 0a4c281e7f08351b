import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { DewarError } from '../error.ts';
import type { Answers } from '../mitigation.ts';
import type { PackOrigin } from '../pack.ts';
import type { Layout } from '../plan/layout.ts';
import type { RenderedFile } from '../plan/render.ts';
import { inRepository } from '../plan/repository.ts';
import type { Write } from '../plan/write.ts';

/** What `.dewar/project.json` of an app says: who wrote it and from which answers. Never a secret. */
export interface ProjectRecord {
  readonly schema: 'dewar/project/1';
  readonly dewar: string;
  readonly answers: Answers;
  readonly mitigations: readonly string[];
  /** What was laid over Dewar's own, in this order; absent where nothing was. */
  readonly packs?: readonly PackOrigin[];
  /** Where the logical places stand, in an app that Dewar did not write; absent in one that it did. */
  readonly layout?: Layout;
}

/** The record of an app together with the pristine text of every file that Dewar wrote, by path. */
export interface Record {
  readonly project: ProjectRecord;
  readonly bases: ReadonlyMap<string, string>;
}

const project = '.dewar/project.json';
const baseFolder = '.dewar/base';
/** Keeps linters and the app's tools from taking a pristine base for a source file. */
const baseSuffix = '.base';

/** Holds the bases of files that lie in the repository but above the app. */
const aboveApp = '_repository/';

/** Bases are compared byte for byte, so git must neither change their line ends nor show them as hand-written code. */
const attributes = '* -text linguist-generated\n';
/** The app's own rules must not hide a base, such as that of .env.example; a change under way is nobody's to commit. */
const ignored = '/pending/\n!/base/**\n';
const readme = `Written by Dewar; commit it. \`project.json\` holds the answers, \`base/\` each file as Dewar wrote it last:
\`dewar update\` and \`dewar add\` merge from there. Edit the files of the app, not these.
`;

/** The files of the record for a project in this state, to be written along with it. */
export function recordWrites(state: ProjectRecord, files: readonly RenderedFile[]): Write[] {
  return [
    { path: '.dewar/.gitattributes', content: attributes },
    { path: '.dewar/.gitignore', content: ignored },
    { path: '.dewar/README.md', content: readme },
    { path: project, content: `${JSON.stringify(state, null, 2)}\n` },
    ...files.map(({ path, text }) => ({ path: basePath(path), content: text })),
  ];
}

/** Where the pristine base of a file lies. */
export function basePath(path: string): string {
  return `${baseFolder}/${path.replace(/^\/\//, aboveApp)}${baseSuffix}`;
}

/**
 * Reads the record of the app at `root`; undefined where Dewar does not manage it.
 * @throws DewarError when the record cannot be understood.
 */
export function readRecord(root: string): Record | undefined {
  const file = join(root, project);
  if (!existsSync(file)) return undefined;
  return { project: parse(readFileSync(file, 'utf8'), file), bases: readBases(join(root, baseFolder)) };
}

/**
 * The packs of the app at `root`, without reading the rest of its record.
 * @throws DewarError when the record cannot be understood.
 */
export function readPacks(root: string): readonly PackOrigin[] {
  const file = join(root, project);
  return existsSync(file) ? (parse(readFileSync(file, 'utf8'), file).packs ?? []) : [];
}

function parse(text: string, file: string): ProjectRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw corrupt(file, (error as Error).message);
  }
  const record = value as Partial<ProjectRecord> | null;
  if (record?.schema !== 'dewar/project/1') throw corrupt(file, `its schema is ${JSON.stringify(record?.schema)}`);
  if (typeof record.answers !== 'object' || !Array.isArray(record.mitigations))
    throw corrupt(file, 'answers or mitigations are missing');
  if (!Array.isArray(record.packs ?? []) || !(record.packs ?? []).every(isOrigin))
    throw corrupt(file, 'packs is no list of packs');
  return record as ProjectRecord;
}

function isOrigin(pack: Partial<PackOrigin> | null): boolean {
  return [pack?.name, pack?.source, pack?.hash, pack?.version].every((each) => typeof each === 'string');
}

function corrupt(file: string, why: string): DewarError {
  return new DewarError(`${file} cannot be read: ${why}. Restore it from version control; nothing was changed.`);
}

function readBases(folder: string): Map<string, string> {
  const bases = new Map<string, string>();
  if (!existsSync(folder)) return bases;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(baseSuffix)) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(folder, file).split(sep).join('/').slice(0, -baseSuffix.length);
    bases.set(path.startsWith(aboveApp) ? inRepository(path.slice(aboveApp.length)) : path, readFileSync(file, 'utf8'));
  }
  return bases;
}

/** The folder that an app with these answers is in its repository; empty where it is the whole of it. */
export function folderOf(answers: Answers): string {
  return String(answers['folder'] ?? '');
}

/** True for the paths of the record itself, which commands do not list. */
export function isRecord(path: string): boolean {
  return /(^|\/)\.dewar\//.test(path);
}
