import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { DewarError } from '../error.ts';
import type { AppFacts } from '../flask/facts.ts';

/** Shown at most; `dewar audit` lists them all. */
const NAMED = 5;

/**
 * Refuses an app whose own module cannot be edited: everything that is added hangs on one line of it.
 * @throws DewarError where Python cannot read that module, or it is run by a link from another folder.
 */
export function refuseUneditable({ root, sites, unread }: AppFacts): void {
  const file = sites[0]?.file;
  if (file === undefined) return;
  const why = unread.find((each) => each.file === file)?.why;
  if (why !== undefined)
    throw new DewarError(`${file} makes the app, and is ${withoutRest(why)}: mend it, and run this again.`);
  const link = linkTo(root, file);
  if (link !== undefined)
    throw new DewarError(
      `${link} is a link to ${file}, which makes the app: what is added beside the file would not be found from there. ` +
        'Put the file in the place of the link, and run this again.',
    );
}

/** What was not read may need what the rest has got; a person is to look there. */
export function unreadNotes({ unread }: Pick<AppFacts, 'unread'>): string[] {
  const lost = unread.filter(({ file }) => /\.(py|html?|jinja2?|j2)$/.test(file));
  if (lost.length === 0) return [];
  const named = lost.slice(0, NAMED).map(({ file, why }) => `${file} (${withoutRest(why)})`);
  const more = lost.length > NAMED ? ` and ${lost.length - NAMED} more` : '';
  return [`Not looked at, and left as it is: ${named.join(', ')}${more}.`];
}

/** An edit needs all of a file, whatever could be read of it. */
function withoutRest(why: string): string {
  return why.replace(/; the rest was read$/, '');
}

function linkTo(root: string, file: string): string | undefined {
  const links = readdirSync(root, { withFileTypes: true }).filter((each) => each.isSymbolicLink());
  const target = (name: string): string | undefined => {
    try {
      return realpathSync(join(root, name));
    } catch {
      return undefined;
    }
  };
  return links.find(({ name }) => name.endsWith('.py') && target(name) === realpathSync(join(root, file)))?.name;
}
