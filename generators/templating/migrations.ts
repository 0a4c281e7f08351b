import type { Migration } from '../../src/migration.ts';

const limits = ['MAX_OUTPUT', 'MAX_SOURCE', 'MAX_STEPS', 'PLAIN', 'RefusedTemplateError'];

/** Limits of the sandbox got a module of their own. */
export default [
  {
    to: '0.2.0',
    what: 'the limits of the sandbox are a module of their own.',
    moved: Object.fromEntries(limits.map((name) => [`security.sandbox:${name}`, 'security.sandbox_limits'])),
  },
] satisfies readonly Migration[];
