import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DewarError, Exit } from '../error.ts';
import { nameOf } from '../flask/apart.ts';
import type { AppFacts, AppSite } from '../flask/facts.ts';
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
  if (!best) throw none(root, path);
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

function none(root: string, path: string | undefined): DewarError {
  if (path !== undefined) return new DewarError(`${path} makes no Flask app in ${root}.`, Exit.usage);
  return new DewarError(`No Flask app was found in ${root}. Name the folder of the app with --project DIR.`);
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
