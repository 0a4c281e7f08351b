import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import type { AppFacts } from '../flask/facts.ts';
import { layoutOf } from '../flask/layout.ts';
import type { Answers } from '../mitigation.ts';
import { completeAnswers } from '../plan/answers.ts';
import { applyAt } from '../plan/apply-at.ts';
import { foreignAnswers } from '../plan/foreign.ts';
import { type Catalog, recordedPacks, renderProject } from '../plan/project.ts';
import type { RenderedFile } from '../plan/render.ts';
import { folderInRepository, type Home, locate } from '../plan/repository.ts';
import { isRelated } from '../update/files.ts';
import { mineReader } from '../update/mine.ts';
import { folderOf, type ProjectRecord, recordWrites } from '../update/record.ts';
import { baseWrite, readBases } from '../update/record-files.ts';
import { version } from '../version.ts';
import { type Aimed, readRecorded } from './aim.ts';
import { baseFiles } from './foreign-change.ts';
import type { AdoptRequest, Result } from './result.ts';

/** An app as it is taken under management. */
interface Adoption {
  readonly state: ProjectRecord;
  readonly files: readonly RenderedFile[];
}

/**
 * Takes an app under management: what Dewar would write for it becomes the base that later updates merge from. Nothing
 * but the record is written.
 * @throws DewarError where the app has a record already, or is no Flask app.
 */
export async function adoptProject(catalog: Catalog, request: AdoptRequest): Promise<Result> {
  const { root, dryRun, renew } = request;
  const recordFile = join(root, '.dewar/project.json');
  if (existsSync(recordFile) && !renew) {
    throw new DewarError(
      `${root} has a record already: use "dewar update". Where that says it is damaged, make it anew with --renew.`,
      Exit.usage,
    );
  }
  const { app, name } = await readRecorded(request, undefined);
  const answers = answersFor(app, { ...salvaged(recordFile), ...request.answers });
  const { state, files } = isOurs(app, answers)
    ? asOurs(catalog, root, answers)
    : asForeign(catalog, { app, name }, answers);
  const home = { root, folder: state.layout ? '' : folderOf(state.answers) };
  const kept = new Set(files.map((file) => baseWrite(file).path));
  const stale = readBases(root, true).places.filter((path) => !kept.has(path));
  const writes = [...recordWrites(state, files), ...stale.map((path) => ({ path, content: null }))];
  if (!dryRun) applyAt(home, writes);
  return { root, written: !dryRun, files: [], byHand: [], notes: notesOf(home, { state, files }) };
}

/** What the user says, else what an earlier record said as far as it can be read, else what the app itself shows. */
function answersFor(app: AppFacts, given: Answers): Answers {
  const folder = folderInRepository(app.root);
  return { ...foreignAnswers(app), ...(folder !== '' && { folder }), ...given };
}

function salvaged(file: string): Answers {
  try {
    const { answers } = JSON.parse(readFileSync(file, 'utf8'));
    return typeof answers === 'object' && answers !== null ? answers : {};
  } catch {
    // There is none, or it is what --renew is to repair.
    return {};
  }
}

/** True for an app that Dewar wrote, and whose record was lost. */
function isOurs(app: AppFacts, answers: Answers): boolean {
  const folder = `src/${answers['package']}`;
  return [`${folder}/__init__.py`, `${folder}/security/__init__.py`].every((path) => app.files.includes(path));
}

function asOurs(catalog: Catalog, root: string, given: Answers): Adoption {
  const all = catalog.mitigations.map(({ id }) => id);
  const answers = completeAnswers(catalog, all, given);
  const home = { root, folder: folderOf(answers) };
  const own = renderProject(catalog, { answers, chosen: all }).files;
  const recorded = new Set(readBases(root, false).origins.values());
  const known = all.filter((id) => recorded.has(id));
  const isThereAs = (id: string): boolean => {
    const files = own.filter(({ origin }) => origin === id);
    return isThere(home, files);
  };
  const chosen = known.length > 0 ? known : all.filter(isThereAs);
  const rendered = renderProject(catalog, { answers, chosen });
  const state = stateOf(catalog, { answers: rendered.answers, mitigations: rendered.chosen });
  return { state, files: rendered.files };
}

/** A mitigation is in the app where most of its files are. */
function isThere(home: Home, files: readonly RenderedFile[]): boolean {
  const there = files.filter(({ path }) => existsSync(locate(home, path)));
  return there.length > files.length / 2;
}

function asForeign(catalog: Catalog, { app, name }: Aimed, given: Answers): Adoption {
  const layout = layoutOf(app);
  const mineOf = mineReader({ root: app.root, folder: '' });
  const isFollowing = ({ path, text }: RenderedFile): boolean => {
    const mine = mineOf(path);
    return typeof mine === 'string' && isRelated(text, mine);
  };
  const { answers, files } = baseFiles(catalog, { answers: completeAnswers(catalog, [], given), chosen: [] }, layout);
  return { state: stateOf(catalog, { answers, mitigations: [], layout, app: name }), files: files.filter(isFollowing) };
}

function stateOf(
  catalog: Catalog,
  what: Pick<ProjectRecord, 'answers' | 'mitigations' | 'layout' | 'app'>,
): ProjectRecord {
  return { schema: 'dewar/project/2', dewar: version, ...what, ...recordedPacks(catalog), adopted: true };
}

function followingNote(files: readonly RenderedFile[]): string {
  const names = files.map(({ path }) => path).join(', ');
  return names === ''
    ? `No file of the app is like one of Dewar's: what "dewar add" puts in is what updates are about.`
    : `These files of the app are like Dewar's, and updates bring what changes in them: ${names}.`;
}

function recordNote(home: Home, { state, files }: Adoption): string {
  const there = files.filter(({ path }) => existsSync(locate(home, path))).length;
  const has = state.mitigations.length === 0 ? 'no defence' : state.mitigations.join(', ');
  return `The record says: ${has}; ${there} of ${files.length} files that Dewar would write are there.`;
}

function notesOf(home: Home, { state, files }: Adoption): string[] {
  return [
    state.layout ? followingNote(files) : recordNote(home, { state, files }),
    'Nothing else was changed. Commit .dewar/, see what the app lacks with "dewar audit", and add it with "dewar add".',
  ];
}
