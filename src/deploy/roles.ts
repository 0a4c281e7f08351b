import type { DeployRole } from './facts.ts';

const roles: readonly (readonly [RegExp, DeployRole])[] = [
  [
    /\.(example|sample|template|dist|tmpl|tpl)(\.\w+)?$|[._-](example|sample|template)s?\b|(^|\/)(docs?|examples?)\//i,
    'docs',
  ],
  [/(^|[/._-])(tests?|testing|ci|e2e|cypress|integration)([/._-]|$)/i, 'test'],
  [
    /(^|[/._-])(dev|devel|development|local|debug|override|devcontainer|vagrant)([/._-]|$)|(^|\/)\.flaskenv$/i,
    'development',
  ],
];

/** What a file of the deployment is for, by its path. */
export function deployRole(path: string): DeployRole {
  return roles.find(([pattern]) => pattern.test(path))?.[1] ?? 'production';
}

/** What a named part of such a file is for, such as a stage of an image. */
export function partRole(name: string, role: DeployRole): DeployRole {
  if (role !== 'production') return role;
  const own = deployRole(name);
  return own === 'docs' ? role : own;
}
