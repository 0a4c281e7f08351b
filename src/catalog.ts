import { app, mitigations } from './generated/catalog.ts';
import { locks, slots, templates } from './generated/templates.ts';
import type { Catalog, Existing } from './plan/project.ts';
import type { Templates } from './plan/render.ts';

/** Everything found in `generators/` and `templates/` when Dewar was built. */
export const catalog: Catalog = { app, mitigations, templates, locks, slots, existing };

async function existing(): Promise<Existing> {
  const [{ wirings }, more] = await Promise.all([
    import('./generated/wirings.ts'),
    import('./generated/existing-templates.ts'),
  ]);
  return { wirings, templates: more.templates as Templates };
}
