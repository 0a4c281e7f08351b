import { app, mitigations } from './generated/catalog.ts';
import { locks, slots, templates } from './generated/templates.ts';
import type { Catalog } from './plan/project.ts';

/** Everything found in `generators/` and `templates/` when Dewar was built. */
export const catalog: Catalog = { app, mitigations, templates, locks, slots };
