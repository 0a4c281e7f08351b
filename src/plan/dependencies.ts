import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { requirementOf } from '../changes.ts';
import { findDependencyFile, normalName } from '../deploy/dependencies.ts';
import type { AppFacts } from '../flask/facts.ts';
import type { ByHand, SpliceChange } from '../mitigation.ts';
import type { Source } from '../source/text.ts';
import type { Contribution } from './collect.ts';

/** How the wanted packages get into the app's own list of dependencies. */
export interface Packages {
  readonly source?: Source;
  readonly splices: readonly SpliceChange[];
  readonly byHand: readonly ByHand[];
  /** What to install. */
  readonly notes: readonly string[];
}

/** Adds the packages that the app's list of dependencies does not name yet; without a list it is a step by hand. */
export function planPackages(app: AppFacts, contributions: readonly Contribution[]): Packages {
  const wanted = contributions.flatMap(({ change }) =>
    change.kind === 'package' && change.group !== 'development' ? [requirementOf(change)] : [],
  );
  const file = findDependencyFile(app.root);
  const missing = [...new Set(wanted)].filter((requirement) => !file?.names.has(normalName(requirement))).sort();
  if (missing.length === 0) return { splices: [], byHand: [], notes: [] };
  const notes = [`Install the new packages${howToInstall(app.root)}: ${missing.join(' ')}`];
  if (!file) {
    const what = 'Add these packages to the dependencies of the app.';
    return { splices: [], byHand: [{ kind: 'by-hand', what, snippet: missing.join('\n') }], notes };
  }
  const why = `The defences need ${missing.join(' and ')}.`;
  const splice: SpliceChange = { kind: 'splice', file: file.source.path, ...file.add(missing), why };
  return { source: file.source, splices: [splice], byHand: [], notes };
}

/** The tool that keeps the app's lock, which has to know of a new package too. */
function howToInstall(root: string): string {
  if (existsSync(join(root, 'uv.lock'))) return ' with `uv sync`';
  return existsSync(join(root, 'poetry.lock')) ? ' with `poetry lock` and `poetry install`' : '';
}
