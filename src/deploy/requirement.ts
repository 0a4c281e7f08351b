/** A package with how it is wanted, as lists of dependencies write it down. */
export interface Requirement {
  /** As the index shows it: `Flask-WTF`. */
  readonly name: string;
  readonly extras: readonly string[];
  /** PEP 440; empty where any version will do. */
  readonly range: string;
  /** The version to write where a list names exact versions. */
  readonly pin?: string;
  /** PEP 508 marker with single quotes. */
  readonly marker?: string;
}

/** A distribution's name as indexes compare it: PEP 503. */
export function normalName(requirement: string): string {
  const [name = ''] = /^[A-Za-z0-9._-]+/.exec(requirement.trim()) ?? [];
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** The versions that a requirement asks for: what follows name and extras, without marker and comment. */
export function rangeOf(requirement: string): string {
  return requirement
    .trim()
    .replace(/^[\w.-]+\s*(\[[^\]]*\])?\s*/, '')
    .replace(/\s*(;|#|--hash|\\).*$/s, '')
    .replace(/^\((.*)\)$/, '$1')
    .replace(/\s+/g, '');
}

/** True for a range of one version. */
export function isExact(range: string): boolean {
  return /^={2,3}[^,*]+$/.test(range);
}

/** What a list says of versions, in its own way: exact ones or ranges. */
export function versionsOf({ range, pin }: Requirement, exact: boolean): string {
  return exact && pin !== undefined ? `==${pin}` : range;
}

/** The requirement as PEP 508 writes it: `redis[hiredis]>=6.4,<9; sys_platform != 'win32'`. */
export function written(wanted: Requirement, exact: boolean): string {
  const extras = wanted.extras.length > 0 ? `[${wanted.extras.join(',')}]` : '';
  const marker = wanted.marker === undefined ? '' : `; ${wanted.marker}`;
  return wanted.name + extras + versionsOf(wanted, exact) + marker;
}
