import { requirementOf } from '../changes.ts';
import { normalName } from '../deploy/requirement.ts';
import type { PackageChange, PackageGroup } from '../mitigation.ts';
import type { Contribution } from './collect.ts';
import { always, and, type Condition, conditionOf, implies, or, shown } from './markers.ts';
import { admits } from './versions.ts';

/** One version of every package that any app may need, by normalised name (PEP 503). */
export interface LockTable {
  /** The Pythons it holds for, as a PEP 440 range. */
  readonly python: string;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface LockedPackage {
  readonly version: string;
  readonly requires?: Edges;
  /** What each extra requires on top. */
  readonly extras?: Readonly<Record<string, Edges>>;
  /** Of every wheel and the source archive, parted by blanks. */
  readonly sha256: string;
}

/** Markers by required package, which is written `name` or `name[extra,extra]`; an empty marker always holds. */
export type Edges = Readonly<Record<string, string>>;

/** What a template's `lock()` is made from. */
export interface GroupRequest {
  readonly contributions: readonly Contribution[];
  readonly groups: readonly PackageGroup[];
  readonly tool: 'pip' | 'uv';
}

/** The requirements file for some groups of what a project's contributions ask for. */
export function lockedGroups(table: LockTable, { contributions, groups, tool }: GroupRequest): string {
  const asked = contributions.flatMap(({ change }) => (change.kind === 'package' ? [change] : []));
  const packages = asked.filter(({ group }) => groups.includes(group));
  const asking = groups.filter((each) => packages.some(({ group }) => group === each));
  return lockText(table, { packages, renew: renewal(table, asking, tool) });
}

/** In the app's pyproject.toml the groups are its dependencies and two extras; an empty one is not there. */
function renewal({ python }: LockTable, groups: readonly PackageGroup[], tool: 'pip' | 'uv'): string {
  const names = { runtime: '', production: ' --extra production', development: ' --extra dev' };
  const extras = groups.map((group) => names[group]).join('');
  const file = `-o requirements/${groups.includes('development') ? 'dev' : 'prod'}.txt`;
  if (tool === 'uv') return `uv lock --upgrade && uv export --no-emit-project --no-annotate${extras} ${file}`;
  const universal = `--universal --python-version ${python.replace('>=', '')}`;
  return `uv pip compile --upgrade --generate-hashes ${universal} --no-annotate${extras} ${file} pyproject.toml`;
}

/** The packages that an app asks for, and the command that locks them anew. */
export interface LockRequest {
  readonly packages: readonly PackageChange[];
  readonly renew: string;
}

/**
 * The lines of a requirements file with hashes: all that the packages need, and nothing else.
 * @throws TypeError where the table lacks a package, or has a version of it that the app does not accept.
 */
export function lockText(table: LockTable, { packages, renew }: LockRequest): string {
  const needed = closure(table, packages);
  const names = [...needed.keys()].filter((key) => !key.endsWith(']')).sort();
  return [
    `# Exact versions with the hashes of their files, for Python ${table.python} on every platform.`,
    `# Renew: ${renew}`,
    ...names.map((name) => pinned(name, locked(table, name), needed.get(name) ?? [])),
  ].join('\n');
}

function pinned(name: string, { version, sha256 }: LockedPackage, condition: Condition): string {
  const marker = shown(condition);
  const start = ' \\\n    --hash=sha256:';
  return `${name}==${version}${marker && ` ; ${marker}`}${start}${sha256.replaceAll(' ', start)}`;
}

/** When each package, and each of its extras as `name[extra]`, is needed: under any of the ways that lead to it. */
function closure(table: LockTable, packages: readonly PackageChange[]): ReadonlyMap<string, Condition> {
  const needed = new Map<string, Condition>();
  const visit = (edges: Edges, on: Condition): void => {
    for (const [requirement, marker] of Object.entries(edges)) {
      const condition = and(on, conditionOf(marker));
      for (const key of nodes(requirement)) reach(key, condition);
    }
  };
  const reach = (key: string, condition: Condition): void => {
    const before = needed.get(key) ?? [];
    if (implies(condition, before)) return;
    needed.set(key, or(before, condition));
    visit(edgesOf(table, key), condition);
  };
  for (const direct of packages) {
    const { extras = [], marker = '' } = direct;
    const name = normalName(direct.name);
    refuseUnlocked(locked(table, name), direct);
    visit({ [extras.length === 0 ? name : `${name}[${extras.join(',')}]`]: marker }, always);
  }
  return needed;
}

/** A package and the extras asked of it: `a[x,y]` gives `a`, `a[x]` and `a[y]`. */
function nodes(requirement: string): string[] {
  if (!requirement.includes('[')) return [requirement];
  const [name = '', extras = ''] = requirement.replace(']', '').split('[');
  return [name, ...extras.split(',').map((extra) => `${name}[${extra}]`)];
}

function edgesOf(table: LockTable, key: string): Edges {
  if (!key.includes('[')) return locked(table, key).requires ?? {};
  const [name = '', extra = ''] = key.replace(']', '').split('[');
  const edges = locked(table, name).extras?.[extra];
  if (!edges)
    throw new TypeError(`The table of locks has no extra "${extra}" of ${name}: renew it by "npm run locks".`);
  return edges;
}

function locked(table: LockTable, name: string): LockedPackage {
  const found = Object.hasOwn(table.packages, name) ? table.packages[name] : undefined;
  if (!found) throw new TypeError(`The table of locks has no package ${name}: renew it by "npm run locks".`);
  return found;
}

function refuseUnlocked({ version }: LockedPackage, direct: PackageChange): void {
  if (admits(direct.range, version)) return;
  const asked = requirementOf(direct);
  throw new TypeError(
    `The table of locks has ${direct.name} ${version}, but ${asked} is asked for: renew it by "npm run locks".`,
  );
}
