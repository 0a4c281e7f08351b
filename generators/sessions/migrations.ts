import type { Migration } from '../../src/migration.ts';

/** The form and the lifetime of sessions, and the client of Redis, got modules of their own. */
export default [
  {
    to: '0.2.0',
    what: 'the form and the lifetime of sessions, and the client of Redis, are modules of their own.',
    moved: {
      'security.session_state:Record': 'security.session_format',
      'security.session_state:decode': 'security.session_format',
      'security.session_state:encode': 'security.session_format',
      'security.session_state:lifetime': 'security.session_lifetime',
      'security.stores.redis:connect': 'security.stores.redis_client',
      'security.stores.redis:TIMEOUT': 'security.stores.redis_client',
    },
  },
] satisfies readonly Migration[];
