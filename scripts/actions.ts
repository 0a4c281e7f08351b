import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** An action, and the commit that its tag named when it was pinned. */
export interface Pin {
  readonly action: string;
  readonly tag: string;
  readonly commit: string;
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const table = join(root, 'scripts/actions.json');

/** The files that pin actions: our workflow, the one that apps get and the one for fleets. */
export const pinned = ['.github/workflows/ci.yml', 'templates/ci/root/.github/workflows/ci.yml', 'docs/fleet.yml'];

/** The actions that Dewar pins, for itself and for apps. */
export function pins(): Pin[] {
  return JSON.parse(readFileSync(table, 'utf8'));
}

/** The commit that a tag of a repository names; asks the repository. */
export function commitOf(repository: string, tag: string): string {
  const ref = `refs/tags/${tag}`;
  const answer = execFileSync('git', ['ls-remote', repository, ref, `${ref}^{}`], { encoding: 'utf8' });
  const refs = new Map(answer.split('\n').map((line) => line.split('\t').reverse() as [string, string]));
  // An annotated tag is an object of its own; git names the commit behind it with ^{}.
  const commit = refs.get(`${ref}^{}`) ?? refs.get(ref);
  if (commit === undefined) throw new Error(`${repository} has no tag ${tag}.`);
  return commit;
}

/** The pin renewed for a tag. A tag that names another commit than before was moved: nothing is pinned to it. */
export function renewed(pin: Pin, tag: string, repository = `https://github.com/${pin.action}`): Pin {
  const commit = commitOf(repository, tag);
  if (tag === pin.tag && commit !== pin.commit)
    throw new Error(
      `${pin.action} moved its tag ${tag} from ${pin.commit} to ${commit}: find out why before you pin it.`,
    );
  return { ...pin, tag, commit };
}

/** A text whose `uses: ACTION@COMMIT # TAG` follow the pins. */
export function repinned(text: string, to: readonly Pin[]): string {
  return text.replace(/([\w.-]+\/[\w.-]+)@[0-9a-f]{40} # \S+/g, (old, action: string) => {
    const pin = to.find((each) => each.action === action);
    return pin ? `${action}@${pin.commit} # ${pin.tag}` : old;
  });
}

/** Asks each repository about its tag; `ACTION=TAG` raises one. Needs the network. */
function main(args: readonly string[]): void {
  const raised = new Map(args.map((each) => each.split('=') as [string, string]));
  const now = pins().map((pin) => renewed(pin, raised.get(pin.action) ?? pin.tag));
  writeFileSync(
    table,
    `[\n${now
      .map(
        (pin) =>
          `  ${JSON.stringify(pin)
            .replace(/([{:,])(?=")/g, '$1 ')
            .replace('}', ' }')}`,
      )
      .join(',\n')}\n]\n`,
  );
  for (const file of pinned) {
    const path = join(root, file);
    writeFileSync(path, repinned(readFileSync(path, 'utf8'), now));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
