import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DewarError } from '../error.ts';
import type { Answers } from '../mitigation.ts';
import type { PackOrigin } from '../pack.ts';
import type { Layout } from '../plan/layout.ts';
import type { RenderedFile } from '../plan/render.ts';
import type { Write } from '../plan/write.ts';
import { type Bases, baseWrite, notePath, readBases, readNotes } from './record-files.ts';
import type { Offered } from './rejected.ts';

/** What `.dewar/project.json` of an app says: who wrote it and from which answers. Never a secret. */
export interface ProjectRecord {
  readonly schema: 'dewar/project/2';
  readonly dewar: string;
  readonly answers: Answers;
  readonly mitigations: readonly string[];
  /** What was laid over Dewar's own, in this order; absent where nothing was. */
  readonly packs?: readonly PackOrigin[];
  /** Where the logical places stand, in an app that Dewar did not write; absent in one that it did. */
  readonly layout?: Layout;
  /** Which app of the folder it is, as `module:name` or by its file; absent in one that Dewar wrote. */
  readonly app?: string;
  /** Taken under management as it was: files that differ too much from Dewar's are the user's own. */
  readonly adopted?: true;
}

/** The record of an app together with what it says of every file that Dewar wrote, by path. */
export interface Record extends Bases {
  readonly project: ProjectRecord;
  /** Conflicts that the user was offered. */
  readonly offers: ReadonlyMap<string, readonly Offered[]>;
}

const project = '.dewar/project.json';

/** Bases are compared byte for byte, so git must neither change their line ends nor show them as hand-written code. */
const attributes = '* -text linguist-generated\n';
/** The app's own rules must not hide a base, such as that of .env.example; a change under way is nobody's to commit. */
const ignored = '/pending/\n!/base/**\n!/offered/**\n!/edited/**\n';
const readme = `Written by Dewar; commit it. \`project.json\` holds the answers, \`base/\` each file as Dewar wrote it last, with
what it comes from behind the @: \`dewar update\` and \`dewar add\` merge from there. \`edited/\` says what \`dewar add\` put into
files of your own. Edit the files of the app, not these.
`;

/** The files of the record for a project in this state, to be written along with it. */
export function recordWrites(state: ProjectRecord, files: readonly RenderedFile[]): Write[] {
  return [
    { path: '.dewar/.gitattributes', content: attributes },
    { path: '.dewar/.gitignore', content: ignored },
    { path: '.dewar/README.md', content: readme },
    { path: project, content: `${JSON.stringify(state, null, 2)}\n` },
    ...files.map(baseWrite),
  ];
}

/** The write that remembers which conflicts of a file the user was offered; none are no file. */
export function noteWrite(path: string, offers: readonly Offered[]): Write {
  const lines = offers.map((offer) => `  ${JSON.stringify(offer)}`);
  return { path: notePath('offered', path), content: offers.length === 0 ? null : `[\n${lines.join(',\n')}\n]\n` };
}

/**
 * Reads the record of the app at `root`; undefined where Dewar does not manage it.
 * @throws DewarError when the record cannot be understood.
 */
export function readRecord(root: string): Record | undefined {
  const file = join(root, project);
  if (!existsSync(file)) return undefined;
  const { record, flat } = parse(readFileSync(file, 'utf8'), file);
  const bases = readBases(root, flat);
  if (bases.places.length === 0 && record.mitigations.length > 0)
    throw corrupt(join(root, '.dewar/base'), 'it is missing or empty');
  return { project: record, ...bases, offers: readNotes(root, 'offered', { fits: Array.isArray, corrupt }) };
}

/**
 * The packs of the app at `root`, without reading the rest of its record.
 * @throws DewarError when the record cannot be understood.
 */
export function readPacks(root: string): readonly PackOrigin[] {
  const file = join(root, project);
  return existsSync(file) ? (parse(readFileSync(file, 'utf8'), file).record.packs ?? []) : [];
}

/** The first schema had bases without their origin. */
function parse(text: string, file: string): { record: ProjectRecord; flat: boolean } {
  if (/^<{7} /m.test(text)) throw corrupt(file, 'it holds the marks of a merge in Git that is not finished');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw corrupt(file, (error as Error).message);
  }
  const record = value as Partial<Omit<ProjectRecord, 'schema'> & { schema: string }> | null;
  const schema = record?.schema;
  if (schema !== 'dewar/project/2' && schema !== 'dewar/project/1')
    throw corrupt(file, `its schema is ${JSON.stringify(schema)}`);
  const problem = problemOf(record ?? {});
  if (problem !== undefined) throw corrupt(file, problem);
  return { record: { ...(record as ProjectRecord), schema: 'dewar/project/2' }, flat: schema === 'dewar/project/1' };
}

function problemOf({
  answers,
  mitigations,
  dewar,
  packs = [],
}: Partial<Omit<ProjectRecord, 'schema'>>): string | undefined {
  if (typeof answers !== 'object' || answers === null || Array.isArray(answers)) return 'the answers are missing';
  if (!Array.isArray(mitigations) || !mitigations.every((id) => typeof id === 'string'))
    return 'the mitigations are missing';
  if (typeof dewar !== 'string') return 'the version of Dewar is missing';
  return Array.isArray(packs) && packs.every(isOrigin) ? undefined : 'packs is no list of packs';
}

function isOrigin(pack: Partial<PackOrigin> | null): boolean {
  return [pack?.name, pack?.source, pack?.hash, pack?.version].every((each) => typeof each === 'string');
}

/** The error for a file of the record that says nothing that can be relied on. */
export function corrupt(file: string, why: string): DewarError {
  return new DewarError(
    `${file} cannot be read: ${why}. Nothing was changed. Restore it from version control, or make the record anew from ` +
      'the answers with "dewar adopt --renew".',
  );
}

/** The folder that an app with these answers is in its repository; empty where it is the whole of it. */
export function folderOf(answers: Answers): string {
  return String(answers['folder'] ?? '');
}

/** True for the paths of the record itself, which commands do not list. */
export function isRecord(path: string): boolean {
  return /(^|\/)\.dewar\//.test(path);
}
