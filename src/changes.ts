import type {
  EntryChange,
  PackageChange,
  PlanContext,
  PythonExpression,
  RegisterChange,
  SettingChange,
  Tier,
  Variable,
} from './mitigation.ts';

/** Lines in a named slot of a file that Dewar writes. */
export function entry(slot: string, lines: EntryChange['lines'], order = 0): EntryChange {
  return { kind: 'entry', slot, lines, order };
}

/** The longer lines of a slot, kept as a template of their own below `templates/<id>/slots/`. */
export function longEntry(slot: string, template: string, order = 0): EntryChange {
  return { kind: 'entry', slot, lines: { template }, order };
}

/** A setting with its reason; the value is a Python expression or comes from the environment. */
export function setting(
  [tier, key]: readonly [Tier, string],
  value: PythonExpression | Variable,
  why: string,
): SettingChange {
  return { kind: 'setting', tier, key, value, why };
}

/** A module of the security package whose `init_app` is called at this place in the order of the defences. */
export function register(module: string, order: number, why: string): RegisterChange {
  return { kind: 'register', module, order, why };
}

/** A module whose `problems(app)` keep production from serving, at this place among them. */
export function* startupCheck({ app }: PlanContext, module: string, order: number): Iterable<EntryChange> {
  yield entry('startup.imports', `from ${app ? '.' : '.security'} import ${module}`, order);
  yield entry('startup.checks', `${module}.problems,`, order);
}

type PackageDetails = Pick<PackageChange, 'extras' | 'marker' | 'why'>;

/** A package that the app needs to run. */
export function runtimePackage(name: string, range: string, details: PackageDetails = {}): PackageChange {
  return { kind: 'package', name, range, group: 'runtime', ...details };
}

/** A package that only serves the app in production. */
export function productionPackage(name: string, range: string, details: PackageDetails = {}): PackageChange {
  return { kind: 'package', name, range, group: 'production', ...details };
}

/** A package that tests or checks the app. */
export function developmentPackage(name: string, range: string, details: PackageDetails = {}): PackageChange {
  return { kind: 'package', name, range, group: 'development', ...details };
}

/** A package as packaging tools write it: `redis[hiredis]>=6.4,<9; sys_platform != 'win32'`. */
export function requirementOf({ name, extras, range, marker }: PackageChange): string {
  const chosen = extras && extras.length > 0 ? `[${extras.join(',')}]` : '';
  return `${name}${chosen}${range}${marker === undefined ? '' : `; ${marker}`}`;
}
