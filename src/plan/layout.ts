import type { Answers, LogicalPlace } from '../mitigation.ts';
import { inRepository } from './repository.ts';

/** Where the logical places of an app stand, relative to its root. */
export interface Layout {
  /** Folder of the app's package; empty for a single-file app at the root. */
  readonly package: string;
  readonly tests: string;
  /** Name of the package with the defences, where the app has a module called `security` of its own. */
  readonly security?: string;
}

/** The layout of an app that Dewar writes. */
export function newLayout(answers: Answers): Layout {
  return { package: `src/${answers['package']}`, tests: 'tests' };
}

/** Where the defences stand in an app of this layout, with a slash behind. */
export function securityFolder(layout: Layout): string {
  return `${resolvePlace('package/security', layout)}/`;
}

/** The path of a logical place in an app of this layout. */
export function resolvePlace(place: LogicalPlace, layout: Layout): string {
  const [area, ...rest] = place.split('/');
  if (area === 'package' && rest[0] === 'security') rest[0] = layout.security ?? 'security';
  if (area === 'repository') return inRepository(rest.join('/'));
  const folder = area === 'package' ? layout.package : area === 'tests' ? layout.tests : '';
  return folder === '' ? rest.join('/') : `${folder}/${rest.join('/')}`;
}
