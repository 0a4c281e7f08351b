import { normalName, type Requirement } from '../deploy/requirement.ts';
import type { ByHand, PackageChange } from '../mitigation.ts';
import type { Contribution } from './collect.ts';
import type { Known, Platform } from './platform.ts';
import { releases } from './releases.ts';
import { admits } from './versions.ts';

/** Oldest versions that the code of the defences runs on. */
const floor = { python: '3.8', flask: '2.0', werkzeug: '2.0' } as const;

/** What most apps run on whose files do not say. */
const usualPython = '3.9';

/** A package as it fits the app: a range that works on every Python, and the newest version for the app's own. */
export function fitted(change: PackageChange, { python }: Platform): Requirement {
  const { name, extras = [], range, marker } = change;
  const known = releases[normalName(name)];
  const oldest = python?.version ?? usualPython;
  const pin = known?.pins.find(([, needed]) => admits(`>=${needed}`, oldest))?.[0];
  return {
    name: known?.name ?? name,
    extras,
    range: known?.range ?? range,
    ...(pin !== undefined && { pin }),
    ...(marker !== undefined && { marker }),
  };
}

/** The mitigations that cannot be added because something in the app is too old, with the reason. */
export function unfit(
  ids: readonly string[],
  contributions: readonly Contribution[],
  platform: Platform,
): (ByHand & { from: string })[] {
  // Whatever is added brings the security package along.
  const floor = floorProblem(platform);
  return ids.flatMap((id) => {
    const own = contributions.filter(({ from }) => from === id);
    const reason =
      floor ??
      own.flatMap(({ change }) => (change.kind === 'package' ? (packageProblem(platform, change) ?? []) : []))[0];
    if (reason === undefined) return [];
    return { kind: 'by-hand', from: id, what: `${id} was not added: ${reason}.`, withholds: true };
  });
}

function floorProblem({ python, version }: Platform): string | undefined {
  return (
    tooOld('Python', python, floor.python) ??
    tooOld('Flask', version('flask'), floor.flask) ??
    tooOld('Werkzeug', version('werkzeug'), floor.werkzeug)
  );
}

/** Development packages stand in no request's way: an installer says itself what does not fit. */
function packageProblem(platform: Platform, { name, group }: PackageChange): string | undefined {
  const known = group === 'development' ? undefined : releases[normalName(name)];
  if (!known) return undefined;
  const { oldest, flask } = known;
  const own = oldest === undefined ? undefined : tooOld(known.name, platform.version(normalName(name)), oldest);
  if (own !== undefined || flask === undefined) return own;
  return tooOld('Flask', platform.version('flask'), flask);
}

function tooOld(what: string, known: Known | undefined, needed: string): string | undefined {
  if (
    !known ||
    known.atLeast ||
    !/^\d+(\.\d+)*(\.post\d+)?$/.test(known.version) ||
    admits(`>=${needed}`, known.version)
  )
    return undefined;
  const has = known.version.replace(/\.99$/, '');
  return `the app has ${what} ${has} (${known.where}), and this needs ${needed} or newer`;
}
