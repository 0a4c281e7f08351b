import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import { nameOf } from '../flask/apart.ts';
import type { AppFacts, AppSite, Unread } from '../flask/facts.ts';
import { replaced } from '../flask/lazily.ts';
import { readApps } from '../flask/read.ts';

/** Which app of a folder is meant. */
export interface Aim {
  readonly root: string;
  /** As `module:name`, or the path of its file. */
  readonly app?: string | undefined;
  /** Asks which of several is meant; given where somebody can be asked. */
  readonly choose?: ((names: readonly string[]) => Promise<string>) | undefined;
}

/** How much better the best app must be, to be the one that is meant. */
const EQUAL = 0.15;

/** The facts of the app that is meant, and what it is told from others by. */
export interface Aimed {
  readonly app: AppFacts;
  readonly name: string;
}

/**
 * Reads the app that a record is about, also where a better one stands beside it by now. A folder has one record, so it
 * has one app that Dewar manages; one that was moved since is looked for anew.
 * @throws DewarError as `readAimed` does, and where another app is named than the recorded one.
 */
export async function readRecorded(aim: Aim, recorded: string | undefined): Promise<Aimed> {
  const { root, app: named } = aim;
  const theirs = recorded === undefined ? undefined : await found(root, recorded);
  if (theirs && recorded !== undefined && named === undefined) return { app: theirs, name: recorded };
  if (recorded !== undefined && !theirs && named === undefined) await refuseGuess(root, recorded);
  const app = await readAimed(aim);
  if (theirs && siteOf(theirs) !== siteOf(app)) throw other(root, { named, recorded });
  return { app, name: named ?? app.sites[0]?.file ?? '' };
}

/** Of several apps, none is the recorded one: another would get its defences. */
async function refuseGuess(root: string, recorded: string): Promise<void> {
  const sites = (await readApps(root)).flatMap((each) => each.sites);
  const names = namesOf(sites);
  if (names.length < 2) return;
  throw new DewarError(
    `The record in ${root} is about ${recorded}, which is no Flask app any more. Name the one it is now: ` +
      names.map((name) => `--app ${name}`).join(' or '),
    Exit.usage,
  );
}

async function found(root: string, name: string): Promise<AppFacts | undefined> {
  try {
    return await readAimed({ root, app: name });
  } catch (error) {
    if (error instanceof DewarError) return undefined;
    throw error;
  }
}

function siteOf({ sites: [site] }: AppFacts): string {
  return `${site?.file} ${site?.target}`;
}

function other(
  root: string,
  { named = '', recorded = '' }: { readonly named?: string | undefined; readonly recorded?: string | undefined },
): DewarError {
  return new DewarError(
    `${root} has the record of ${recorded}, and a folder has one: name the folder of ${named} itself.`,
    Exit.usage,
  );
}

/**
 * Reads the app that is meant: the named one, else the best one where there is a best.
 * @throws DewarError where there is none, it has no name, it is recorded in a folder below, or several are equally good and
 * nobody can be asked.
 */
export async function readAimed({ root, app: name, choose }: Aim): Promise<AppFacts> {
  const path = name?.endsWith('.py') ? name : undefined;
  const apps = await readApps(root, path === undefined ? name : undefined);
  const sites = apps.flatMap((each) => each.sites).filter(({ file }) => path === undefined || file === path);
  const best = sites.toSorted((a, b) => b.score - a.score)[0];
  if (!best)
    throw none(
      root,
      path,
      apps.flatMap(({ unread }) => unread),
    );
  const equal = name === undefined ? sites.filter(({ score }) => best.score - score < EQUAL) : [best];
  const names = namesOf(equal);
  if (names.length > 1) {
    if (!choose) throw several(root, names);
    return readAimed({ root, app: await choose(names) });
  }
  const facts = apps.find((each) => each.sites.includes(best));
  if (!facts) throw new TypeError('The best app is in no list of facts.');
  refuseNameless(best);
  refuseKnown(root, best);
  return replaced(facts, { sites: [best, ...facts.sites.filter((site) => site !== best)] });
}

/** Apps of one name in several folders are called by their files. */
function namesOf(sites: readonly AppSite[]): string[] {
  const names = new Set(sites.map(nameOf));
  const files = new Set(sites.map(({ file }) => file));
  return [...(files.size > names.size ? files : names)];
}

function none(root: string, path: string | undefined, unread: readonly Unread[]): DewarError {
  if (path !== undefined) return new DewarError(`${path} makes no Flask app in ${root}.`, Exit.usage);
  const lost = unread
    .filter(({ file }) => file.endsWith('.py'))
    .map(({ file, why }) => ` ${file} was not read: ${why}.`);
  return new DewarError(`No Flask app was found in ${root}.${lost.slice(0, 3).join('')} Name the folder of the app.`);
}

function several(root: string, names: readonly string[]): DewarError {
  return new DewarError(
    `There are ${names.length} equally good apps in ${root}: ${names.join(', ')}. Name one: --app ${names[0]}`,
    Exit.usage,
  );
}

function refuseNameless({ variable, file, line }: AppSite): void {
  if (variable !== '') return;
  throw new DewarError(
    `The app of ${file}:${line} has no name that defences could be given to: keep it in a variable, such as ` +
      'app = Flask(__name__), and run this again.',
  );
}

/** An app has one record: a second one, in a folder above, would give it every defence twice. */
function refuseKnown(root: string, { file }: AppSite): void {
  for (let at = dirname(file); at !== '.'; at = dirname(at)) {
    if (!existsSync(join(root, at, '.dewar/project.json'))) continue;
    throw new DewarError(
      `The app in ${file} is known to Dewar by the folder ${at}: run this there, or with --project ${at}.`,
      Exit.usage,
    );
  }
}
