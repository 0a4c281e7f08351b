import type { AppFacts } from './facts.ts';

/** Extensions that sign people in, each with views, forms and a session of its own. */
const libraries = /^flask_(login|security|appbuilder|user|oidc|multipass|simplelogin)\b/;

/** True where an extension of the app keeps who is signed in in the session, whether or not the app's own code reads it. */
export function signsIn({ extensions }: Pick<AppFacts, 'extensions'>): boolean {
  return extensions.some(({ made, role }) => role === 'production' && libraries.test(made));
}
