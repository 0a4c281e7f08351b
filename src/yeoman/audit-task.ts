import { trust } from '../cli/common-flags.ts';
import { auditProject } from '../commands/audit.ts';
import { laidOver } from './packs.ts';
import type { Task } from './task.ts';

/** The report of the app in the current folder; the process exits as the command does. */
export const auditTask: Task = {
  description: 'Says which defences a Flask app has, with file and line.',
  flags: [trust],
  inApp: true,
  ask: async (asker, root) => {
    const { catalog } = await laidOver(asker, { name: 'audit', root });
    const { text, exit } = await auditProject(catalog, { root });
    asker.log(text);
    process.exitCode = exit;
    return { plan: () => [] };
  },
};
