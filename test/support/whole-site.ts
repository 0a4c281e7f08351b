import { join } from 'node:path';
import { domain } from './default-app.ts';
import { openProduction, type ProductionSite } from './production-site.ts';
import { run } from './python.ts';

/** The app of the default answers in production, as its users meet it: with its address and somebody who may sign in. */
export interface WholeSite extends Omit<ProductionSite, 'redis'> {
  /** `https://` with name and port. */
  readonly origin: string;
}

/** Somebody who may sign in. */
export const user = { name: 'ann', password: 'correct horse battery' };

/** Starts the whole site with one user; `change` sees the generated app before. */
export async function openWholeSite(
  settings: NodeJS.ProcessEnv = {},
  change: (app: string) => void = () => {},
): Promise<WholeSite> {
  const { redis: _, ...site } = await openProduction(change, settings);
  try {
    const add = ['--app', 'acme_portal', 'users', 'add', user.name, '--password', user.password];
    run(join(site.host.programs, 'flask'), add, { env: site.environment });
    return { ...site, origin: `https://${domain}:${site.address.https}` };
  } catch (error) {
    await site.close();
    throw error;
  }
}
